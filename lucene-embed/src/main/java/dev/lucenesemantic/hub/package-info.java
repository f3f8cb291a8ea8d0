/**
 * Models of the Hugging Face hub: from an id to a folder on disk, which the model package then
 * reads like any other. The cache is the one of Python's {@code huggingface_hub}, in its own
 * layout, so that neither side fetches what the other one has. Nothing here opens a connection
 * unless an id was given, and nothing that comes from a repository is run.
 */
package dev.lucenesemantic.hub;
