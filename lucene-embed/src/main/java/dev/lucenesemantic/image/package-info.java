/**
 * From an image to the numbers that a network reads: decoding, resizing, cropping, scaling, as the
 * model's processor configuration says and as Python does it. Knows neither networks nor Lucene.
 */
package dev.lucenesemantic.image;
