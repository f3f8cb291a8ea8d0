package dev.lucenesemantic.hub;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a file in a repository may be called if it is to become a file on this disk. */
final class RepositoryPath {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+ ()=,-]*");
  private static final int LONGEST = 240;

  /** These open a device on Windows, with any extension. */
  private static final Set<String> DEVICES =
      Set.of(
          "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6",
          "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7",
          "lpt8", "lpt9");

  private RepositoryPath() {}

  /** Whether a name was made to lead out of the folder; Git itself can hold none of these. */
  static boolean leadsOut(String path) {
    String slashes = path.replace('\\', '/');
    for (String part : slashes.split("/", -1)) {
      if (part.equals("..")) {
        return true;
      }
    }
    return slashes.startsWith("/") || path.matches("(?s)[A-Za-z]:.*") || path.indexOf('\0') >= 0;
  }

  /** Whether a name means the same file on every system. */
  static boolean isPortable(String path) {
    if (path.length() > LONGEST) {
      return false;
    }
    for (String part : path.split("/", -1)) {
      String stem = part.split("\\.", 2)[0].toLowerCase(Locale.ROOT).strip();
      boolean fits =
          PART.matcher(part).matches()
              && !part.endsWith(".")
              && !part.endsWith(" ")
              && !DEVICES.contains(stem);
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
