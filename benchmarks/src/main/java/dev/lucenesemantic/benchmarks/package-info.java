/**
 * Measures the library: retrieval quality on BEIR collections, recall of the vector index, encoding
 * throughput beside a peer. Each program prints the figures, the settings and the versions that
 * they were measured with.
 */
package dev.lucenesemantic.benchmarks;
