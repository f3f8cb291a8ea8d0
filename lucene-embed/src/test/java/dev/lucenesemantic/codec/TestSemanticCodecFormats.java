package dev.lucenesemantic.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;

/** What Lucene asks of every format, of what a codec makes of a random storage. */
public class TestSemanticCodecFormats extends BaseKnnVectorsFormatTestCase {
  private VectorStorage storage;

  @Override
  protected Codec getCodec() {
    if (storage == null) {
      storage = Storages.any(random());
    }
    return new SemanticCodec(storage);
  }

  // Not in every version of the base class.
  @SuppressWarnings("MissingOverride")
  protected boolean supportsFloatVectorFallback() {
    return false;
  }

  @SuppressWarnings("MissingOverride")
  protected int getQuantizationBits() {
    return storage.bits();
  }
}
