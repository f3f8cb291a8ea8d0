package dev.lucenesemantic.hub;

/**
 * A file of a repository, as the hub lists it.
 *
 * @param path where it is in the repository, with slashes
 * @param size in bytes
 * @param hash what its content is known by
 */
record RepositoryFile(String path, long size, BlobHash hash) {}
