package dev.lucenesemantic.cli;

import dev.lucenesemantic.hub.HubSettings;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the program has to do with the world outside of it, so that a test can give it another one.
 *
 * @param out results, and nothing else
 * @param err everything that is said beside them
 * @param in texts
 * @param isTyped whether {@code in} is a person at a terminal
 * @param isWatched whether {@code err} is a terminal
 * @param environment the environment's variables
 * @param hub the hub's settings
 * @param nanoTime a clock
 */
record Surroundings(
    PrintStream out,
    PrintStream err,
    InputStream in,
    boolean isTyped,
    boolean isWatched,
    Map<String, String> environment,
    Supplier<HubSettings> hub,
    LongSupplier nanoTime) {}
