package dev.lucenesemantic.document;

import java.util.Optional;

/**
 * The model to which a field is being led.
 *
 * @param vectorField the Lucene field of its vectors
 * @param type the type with its embedder
 */
record SecondVectors(String vectorField, SemanticFieldType type) {

  /** The same text for this model; empty if it is of this model, or an image. */
  Optional<SemanticField> of(SemanticField field) {
    return field.image().isPresent() || field.fieldType().equals(type)
        ? Optional.empty()
        : Optional.of(new SemanticField(vectorField, field.text(), type));
  }
}
