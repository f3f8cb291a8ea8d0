package dev.lucenesemantic.benchmarks;

/** The arguments of a program are not what it takes; the message says which and why. */
final class UsageException extends RuntimeException {

  UsageException(String problem) {
    super(problem);
  }
}
