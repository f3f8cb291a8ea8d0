package dev.lucenesemantic.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.Version;

/**
 * Makes Lucene's formats for vectors with a graph. The quantised one is looked up by name: not
 * every Lucene that this library runs with has it, and those that do keep its enum in different
 * classes.
 */
final class LuceneFormats {
  private static final String QUANTIZED =
      "org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat";

  private LuceneFormats() {}

  /** A format for vectors as they are, with a graph that several threads build. */
  static KnnVectorsFormat floats(MergeWorkers workers) {
    return new Lucene99HnswVectorsFormat(
        Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
        Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
        workers.count(),
        workers.executor());
  }

  /**
   * A format for quantised vectors.
   *
   * @throws UnsupportedOperationException if this Lucene has none
   */
  static KnnVectorsFormat quantized(VectorStorage storage, MergeWorkers workers) {
    return quantized(storage, workers, QUANTIZED);
  }

  /** The same with the name of the format's class. */
  static KnnVectorsFormat quantized(VectorStorage storage, MergeWorkers workers, String className) {
    try {
      Constructor<?> constructor = constructor(className);
      return (KnnVectorsFormat)
          constructor.newInstance(
              encoding(storage, constructor.getParameterTypes()[0]),
              Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
              Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
              workers.count(),
              workers.executor());
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "Lucene cannot store vectors as " + storage + ": " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException(
          "Vectors stored as "
              + storage
              + " need Lucene 10.4 or newer, and this is Lucene "
              + Version.LATEST
              + ", without "
              + e.getMessage()
              + ". Take another lucene-core, or store them as "
              + VectorStorage.FLOAT32,
          e);
    }
  }

  /** The constructor that takes an encoding, maxConn, beamWidth, merge workers, their executor. */
  private static Constructor<?> constructor(String className) throws ReflectiveOperationException {
    Class<?> format = Class.forName(className, true, KnnVectorsFormat.class.getClassLoader());
    return Arrays.stream(format.getConstructors())
        .filter(
            each ->
                each.getParameterCount() == 5
                    && each.getParameterTypes()[0].isEnum()
                    && each.getParameterTypes()[4] == ExecutorService.class)
        .findFirst()
        .orElseThrow(() -> new NoSuchMethodException("its constructor in " + className));
  }

  private static Object encoding(VectorStorage storage, Class<?> encodings)
      throws ReflectiveOperationException {
    String name =
        switch (storage) {
          case INT8 -> "UNSIGNED_BYTE";
          case INT4 -> "PACKED_NIBBLE";
          case BIT -> "SINGLE_BIT_QUERY_NIBBLE";
          case FLOAT32 -> throw new IllegalArgumentException(storage + " is not quantised");
        };
    return Arrays.stream(encodings.getEnumConstants())
        .filter(each -> ((Enum<?>) each).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchFieldException(name + " in " + encodings.getName()));
  }
}
