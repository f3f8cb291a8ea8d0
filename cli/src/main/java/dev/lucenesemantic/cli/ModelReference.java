package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.hub.HubId;
import dev.lucenesemantic.hub.ModelKind;
import dev.lucenesemantic.rerank.BundledReranker;
import java.nio.file.Path;
import java.util.Optional;

/** A model that was found by what stands in an argument. */
sealed interface ModelReference {

  /** What the user called it. */
  String asked();

  /** A bi-encoder in a jar. */
  record Bundled(String asked, BundledModel model) implements ModelReference {}

  /** A cross-encoder in a jar. */
  record BundledCrossEncoder(String asked, BundledReranker model) implements ModelReference {}

  /**
   * A model on disk.
   *
   * @param asked what the user called it
   * @param folder where it is
   * @param kind what it is
   * @param id its id, if it was asked for by that
   */
  record InFolder(String asked, Path folder, ModelKind kind, Optional<HubId> id)
      implements ModelReference {}
}
