package dev.lucenesemantic.benchmarks;

/**
 * How fast texts were encoded.
 *
 * @param docsPerSecond texts per second
 * @param tokensPerSecond tokens per second, those that the model saw: after truncation, with the
 *     special ones, without padding
 */
record Rate(double docsPerSecond, double tokensPerSecond) {}
