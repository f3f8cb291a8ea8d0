package dev.lucenesemantic.hub;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Adds up what the threads that fetch a model's files report, and passes it on, one by one. */
final class ProgressCounter {
  private final String repository;
  private final Consumer<HubProgress> listener;
  private final Map<String, Long> reached = new HashMap<>();
  private long totalBytes;
  private long totalSize;

  ProgressCounter(String repository, Consumer<HubProgress> listener) {
    this.repository = repository;
    this.listener = listener;
  }

  /** Announces a file that is going to be fetched. */
  synchronized void expect(RepositoryFile file) {
    if (reached.putIfAbsent(file.path(), 0L) == null) {
      totalSize += file.size();
    }
  }

  /** Says how much of a file is on disk. */
  synchronized void reached(RepositoryFile file, long bytes) {
    Long before = reached.get(file.path());
    if (before == null || before == bytes) {
      return;
    }
    reached.put(file.path(), bytes);
    totalBytes += bytes - before;
    listener.accept(
        new HubProgress(repository, file.path(), bytes, file.size(), totalBytes, totalSize));
  }
}
