package dev.lucenesemantic.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a repository at one commit. Every name in it is safe to become a file.
 *
 * @param commit its 40 digits
 * @param files by their path
 */
record RepositoryListing(String commit, Map<String, RepositoryFile> files) {

  RepositoryListing {
    files = Map.copyOf(files);
  }

  /**
   * Reads what the hub answers to {@code /api/models/{id}/revision/{revision}?blobs=true}.
   *
   * @param location the address, for messages
   * @throws HubException if it is not that, or has a name that leads out of the folder
   */
  static RepositoryListing parse(JsonElement answer, String location) {
    JsonObject root = object(answer, location);
    String commit = string(root.get("sha"));
    if (!HubId.isCommit(commit)) {
      throw new HubException(
          location,
          "does not say which commit it is; is this a hub? Check the endpoint (HF_ENDPOINT) and the"
              + " proxy");
    }
    JsonElement siblings = root.get("siblings");
    JsonArray list =
        siblings != null && siblings.isJsonArray() ? siblings.getAsJsonArray() : new JsonArray();
    Map<String, RepositoryFile> files = new LinkedHashMap<>();
    for (JsonElement entry : list) {
      JsonObject sibling = object(entry, location);
      String path = string(sibling.get("rfilename"));
      if (RepositoryPath.leadsOut(path)) {
        throw new HubException(
            location,
            "lists a file called '"
                + path
                + "', which leads out of the model's folder; nothing of this repository is"
                + " fetched");
      }
      if (RepositoryPath.isPortable(path)) {
        files.put(path, file(path, sibling, location));
      }
    }
    return new RepositoryListing(commit, files);
  }

  private static RepositoryFile file(String path, JsonObject sibling, String location) {
    JsonElement lfs = sibling.get("lfs");
    boolean large = lfs != null && lfs.isJsonObject();
    JsonElement size = (large ? lfs.getAsJsonObject() : sibling).get("size");
    String hash = string(large ? lfs.getAsJsonObject().get("sha256") : sibling.get("blobId"));
    long bytes = -1;
    if (size != null && size.isJsonPrimitive() && size.getAsJsonPrimitive().isNumber()) {
      double number = size.getAsDouble();
      bytes = number >= 0 && number == Math.rint(number) ? (long) number : -1;
    }
    if (bytes < 0 || !BlobHash.isHash(hash)) {
      throw new HubException(
          location, "does not say how large " + path + " is and what its hash is");
    }
    return new RepositoryFile(path, bytes, new BlobHash(hash));
  }

  private static JsonObject object(JsonElement element, String location) {
    if (element == null || !element.isJsonObject()) {
      throw new HubException(
          location,
          "does not answer as a hub does; check the endpoint (HF_ENDPOINT) and the proxy");
    }
    return element.getAsJsonObject();
  }

  private static String string(JsonElement element) {
    boolean isText =
        element != null && element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
    return isText ? element.getAsString() : "";
  }

  /** The sizes of the files, which is all that a local folder can tell as well. */
  Map<String, Long> sizes() {
    Map<String, Long> sizes = new TreeMap<>();
    files.forEach((path, file) -> sizes.put(path, file.size()));
    return sizes;
  }
}
