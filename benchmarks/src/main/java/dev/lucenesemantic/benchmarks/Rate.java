package dev.lucenesemantic.benchmarks;

/**
 * How fast texts were encoded, or scored for a query.
 *
 * @param docsPerSecond texts per second; each is one pair where they were scored
 * @param tokensPerSecond tokens per second, those that the model saw: after truncation, with the
 *     special ones, without padding
 */
record Rate(double docsPerSecond, double tokensPerSecond) {}
