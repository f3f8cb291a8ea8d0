package dev.lucenesemantic.examples.searchdocs;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a long job is: a moving bar on a terminal, else a line every few seconds. */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 99;

  private final ProgressBar bar;

  Progress(String task, long total, PrintStream out, boolean terminal) {
    ProgressBarConsumer consumer =
        terminal
            ? new TerminalLine(out)
            : new DelegatingProgressBarConsumer(onceEach(out::println), WIDTH);
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUnit(" passages", 1)
            .showSpeed(new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(terminal ? 250 : 5_000)
            .setConsumer(consumer)
            .build();
  }

  /** The bar shows its end twice. */
  private static Consumer<String> onceEach(Consumer<String> lines) {
    String[] last = {""};
    return line -> {
      if (!line.equals(last[0])) {
        last[0] = line;
        lines.accept(line);
      }
    };
  }

  void reached(long count) {
    bar.stepTo(count);
  }

  @Override
  public void close() {
    bar.close();
  }

  private static final class TerminalLine extends ConsoleProgressBarConsumer {
    TerminalLine(PrintStream out) {
      super(out);
    }

    @Override
    public int getMaxRenderedLength() {
      return Math.min(WIDTH, super.getMaxRenderedLength());
    }
  }
}
