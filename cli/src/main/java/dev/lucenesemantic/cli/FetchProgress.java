package dev.lucenesemantic.cli;

import dev.lucenesemantic.hub.HubProgress;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a model has come: a moving bar on a terminal, elsewhere a line for each file. */
final class FetchProgress implements Consumer<HubProgress>, AutoCloseable {
  private static final int WIDTH = 99;
  private static final long MEGABYTE = 1_000_000;

  private final PrintStream err;
  private final boolean terminal;
  private final Set<String> finished = new HashSet<>();
  private ProgressBar bar;
  private long bytes;

  FetchProgress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public void accept(HubProgress progress) {
    bytes = progress.totalBytes();
    if (terminal) {
      if (bar == null) {
        bar = bar(progress);
      }
      bar.maxHint(progress.totalSize());
      bar.stepTo(progress.totalBytes());
    } else if (progress.fileBytes() >= progress.fileSize() && finished.add(progress.file())) {
      err.println(
          progress.repository()
              + ": "
              + progress.file()
              + ", "
              + Words.megabytes(progress.fileSize()));
      err.flush();
    }
  }

  private ProgressBar bar(HubProgress progress) {
    return new ProgressBarBuilder()
        .setTaskName(progress.repository())
        .setInitialMax(progress.totalSize())
        .setUnit(" MB", MEGABYTE)
        .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(250)
        .setConsumer(new TerminalLine(err))
        .build();
  }

  /** What was on disk of the files that had to be fetched, in bytes. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
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
