package dev.lucenesemantic.cli;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexDeletionPolicy;
import org.apache.lucene.index.PersistentSnapshotDeletionPolicy;
import org.apache.lucene.store.Directory;

/**
 * Keeps the commits that the index's own program has kept, and the last one. If that is one commit
 * alone, the program keeps no others, unless it has put down snapshots.
 */
final class KeptCommits extends IndexDeletionPolicy {
  private final Set<Long> kept = new HashSet<>();

  private KeptCommits() {}

  static KeptCommits of(Directory directory) throws IOException {
    KeptCommits commits = new KeptCommits();
    boolean snapshots = false;
    for (String file : directory.listAll()) {
      snapshots |= file.startsWith(PersistentSnapshotDeletionPolicy.SNAPSHOTS_PREFIX);
    }
    List<IndexCommit> all = DirectoryReader.listCommits(directory);
    if (snapshots || all.size() > 1) {
      all.forEach(commit -> commits.kept.add(commit.getGeneration()));
    }
    return commits;
  }

  @Override
  public void onInit(List<? extends IndexCommit> commits) {
    onCommit(commits);
  }

  @Override
  public void onCommit(List<? extends IndexCommit> commits) {
    for (IndexCommit commit : commits.subList(0, Math.max(0, commits.size() - 1))) {
      if (!kept.contains(commit.getGeneration())) {
        commit.delete();
      }
    }
  }
}
