package dev.lucenesemantic.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Looks for a name in a file of any kind and size. */
final class NameSearch {
  private static final int BUFFER = 1 << 16;

  private NameSearch() {}

  static boolean contains(ModelFile file, String wanted) {
    byte[] name = wanted.getBytes(StandardCharsets.UTF_8);
    byte[] buffer = new byte[BUFFER + name.length];
    int kept = 0;
    try (InputStream in = file.open()) {
      for (int n = in.read(buffer, kept, BUFFER); n >= 0; n = in.read(buffer, kept, BUFFER)) {
        int end = kept + n;
        if (indexOf(buffer, end, name) >= 0) {
          return true;
        }
        // The name may lie across two reads.
        kept = Math.min(end, name.length - 1);
        System.arraycopy(buffer, end - kept, buffer, 0, kept);
      }
      return false;
    } catch (IOException e) {
      throw new ModelException(file.location(), "cannot be read: " + e, e);
    }
  }

  private static int indexOf(byte[] buffer, int end, byte[] name) {
    byte first = name[0];
    for (int i = 0; i <= end - name.length; i++) {
      if (buffer[i] == first && matches(buffer, i, name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean matches(byte[] buffer, int at, byte[] name) {
    for (int i = 1; i < name.length; i++) {
      if (buffer[at + i] != name[i]) {
        return false;
      }
    }
    return true;
  }
}
