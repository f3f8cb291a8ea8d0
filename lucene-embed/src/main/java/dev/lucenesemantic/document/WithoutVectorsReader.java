package dev.lucenesemantic.document;

import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterCodecReader;

/**
 * A segment without some of its vector fields. Only for a merge to read, which goes by the list of
 * fields.
 */
final class WithoutVectorsReader extends FilterCodecReader {
  private final FieldInfos fieldInfos;

  WithoutVectorsReader(CodecReader in, Set<String> fields) {
    super(in);
    fieldInfos =
        new FieldInfos(
            StreamSupport.stream(in.getFieldInfos().spliterator(), false)
                .filter(info -> !(fields.contains(info.name) && info.hasVectorValues()))
                .toArray(FieldInfo[]::new));
  }

  @Override
  public FieldInfos getFieldInfos() {
    return fieldInfos;
  }

  @Override
  public CacheHelper getCoreCacheHelper() {
    return null;
  }

  @Override
  public CacheHelper getReaderCacheHelper() {
    return null;
  }
}
