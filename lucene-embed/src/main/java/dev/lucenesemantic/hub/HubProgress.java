package dev.lucenesemantic.hub;

/**
 * How far the fetching of a model has come.
 *
 * @param repository the model
 * @param file the file of which a part has just come, as a path in the repository
 * @param fileBytes how much of it is on disk, what was there before included
 * @param fileSize its size in bytes
 * @param totalBytes how much of all files that have to be fetched is on disk
 * @param totalSize the size of those files in bytes; grows if a network turns out to keep weights
 *     in further files
 */
public record HubProgress(
    String repository,
    String file,
    long fileBytes,
    long fileSize,
    long totalBytes,
    long totalSize) {}
