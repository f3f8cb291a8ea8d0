package dev.lucenesemantic.hub;

import dev.lucenesemantic.model.ModelException;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * A model on the hub, at one revision.
 *
 * @param repository the organisation and the name, for example {@code
 *     sentence-transformers/all-MiniLM-L6-v2}; a few old models have no organisation
 * @param revision a branch, a tag or a commit
 */
public record HubId(String repository, String revision) {
  private static final String DEFAULT_REVISION = "main";

  /** The rules of Python's {@code validate_repo_id}, of which the "--" keeps folder names apart. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?");

  private static final int LONGEST_NAME = 96;

  /** A part of a Git reference that is also the name of a file on every system. */
  private static final Pattern REVISION_PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+=@-]*");

  private static final int LONGEST_REVISION = 200;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Checks that both can stand in a URL and in the name of a folder. */
  public HubId {
    checkRepository(repository);
    checkRevision(repository, revision);
  }

  /**
   * Reads an id as Python's sentence-transformers accepts it, with an optional revision behind an
   * at sign.
   *
   * @param text for example {@code all-MiniLM-L6-v2}, {@code cross-encoder/ms-marco-MiniLM-L6-v2}
   *     or {@code intfloat/e5-small-v2@refs/pr/3}
   * @param kind decides which organisation a short name gets
   * @return the id; its revision is {@code main} unless another was given
   * @throws ModelException if it is no id
   */
  public static HubId parse(String text, ModelKind kind) {
    int at = text.indexOf('@');
    String repository = at < 0 ? text : text.substring(0, at);
    String revision = at < 0 ? DEFAULT_REVISION : text.substring(at + 1);
    checkRepository(repository);
    boolean needsOrganisation =
        repository.indexOf('/') < 0 && !OriginalTransformers.contains(repository);
    return new HubId(
        needsOrganisation ? kind.organisation() + "/" + repository : repository, revision);
  }

  private static void checkRepository(String repository) {
    String[] parts = repository.split("/", -1);
    boolean valid = parts.length <= 2 && !repository.endsWith(".git");
    for (String part : parts) {
      valid =
          valid
              && NAME.matcher(part).matches()
              && part.length() <= LONGEST_NAME
              && !part.contains("--")
              && !part.contains("..");
    }
    if (!valid) {
      throw new ModelException(
          repository,
          "there is no such folder, and it is no id on the Hugging Face hub either, which would be"
              + " like sentence-transformers/all-MiniLM-L6-v2 or all-MiniLM-L6-v2@main");
    }
  }

  private static void checkRevision(String repository, String revision) {
    boolean valid = revision.length() <= LONGEST_REVISION;
    for (String part : revision.split("/", -1)) {
      valid =
          valid
              && REVISION_PART.matcher(part).matches()
              && !part.contains("..")
              && !part.endsWith(".")
              && !part.endsWith(".lock");
    }
    if (!valid) {
      throw new ModelException(
          repository,
          "'" + revision + "' is not a revision; give a branch, a tag or a commit of 40 digits");
    }
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** Whether the revision says for itself which commit it is. */
  boolean isPinned() {
    return isCommit(revision);
  }

  HubId at(String commit) {
    return new HubId(repository, commit);
  }

  /** The folder's name in Python's cache. */
  String folderName() {
    return "models--" + repository.replace("/", "--");
  }

  /** The model's page, for people. */
  URI page(URI endpoint) {
    return URI.create(endpoint + "/" + repository);
  }

  /**
   * The id as {@link #parse} reads it.
   *
   * @return the repository and the revision, with an at sign between them
   */
  @Override
  public String toString() {
    return repository + "@" + revision;
  }
}
