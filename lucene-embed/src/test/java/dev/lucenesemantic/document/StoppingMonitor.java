package dev.lucenesemantic.document;

/** Stops work on vectors after its first report. */
public final class StoppingMonitor implements FillMonitor {
  private volatile boolean stop;

  @Override
  public void progress(FillReport soFar) {
    stop = true;
  }

  @Override
  public boolean stop() {
    return stop;
  }
}
