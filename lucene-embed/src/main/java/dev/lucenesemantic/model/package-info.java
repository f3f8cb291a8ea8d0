/**
 * A model on disk: which files it has, what its configuration says, and what identifies it. Nothing
 * here runs a model; the road of a text starts here and goes on in the inference package.
 */
package dev.lucenesemantic.model;
