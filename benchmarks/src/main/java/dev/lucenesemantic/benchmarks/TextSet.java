package dev.lucenesemantic.benchmarks;

import java.util.List;

/**
 * Texts of a similar length, on which throughput is measured.
 *
 * @param name what the report and the peer call it
 * @param texts the texts
 */
record TextSet(String name, List<String> texts) {
  TextSet {
    texts = List.copyOf(texts);
  }
}
