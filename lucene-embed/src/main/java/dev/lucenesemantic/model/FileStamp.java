package dev.lucenesemantic.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What the file system says of a file, and would say otherwise if its content were another.
 *
 * @param size its bytes
 * @param modified when its content was last written
 * @param changed when anything of it was last changed, which no program can set, where the system
 *     keeps this; otherwise {@code modified}
 * @param identity tells it from another file that has taken its place, where the system can
 */
record FileStamp(long size, Instant modified, Instant changed, String identity) {

  /** The stamp of a file as it is now; links are followed. */
  static FileStamp of(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      Map<String, Object> unix =
          Files.readAttributes(file, "unix:size,lastModifiedTime,ctime,ino,dev");
      return new FileStamp(
          (Long) unix.get("size"),
          ((FileTime) unix.get("lastModifiedTime")).toInstant(),
          ((FileTime) unix.get("ctime")).toInstant(),
          unix.get("dev") + ":" + unix.get("ino"));
    }
    Map<String, Object> basic =
        Files.readAttributes(file, "size,lastModifiedTime,creationTime,fileKey");
    Instant modified = ((FileTime) basic.get("lastModifiedTime")).toInstant();
    return new FileStamp(
        (Long) basic.get("size"),
        modified,
        modified,
        basic.get("fileKey") + ":" + ((FileTime) basic.get("creationTime")).toInstant());
  }

  /** Whether the content is still the same; a new name or other rights make no difference. */
  boolean hasContentOf(FileStamp other) {
    return size == other.size && modified.equals(other.modified) && identity.equals(other.identity);
  }

  /** Whether the last change is so long ago that another one would have another time. */
  boolean isSettledAt(Instant time) {
    Instant last = modified.isAfter(changed) ? modified : changed;
    // Some file systems count in steps of two seconds.
    return last.isBefore(time.minusSeconds(3));
  }
}
