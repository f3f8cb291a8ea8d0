package dev.lucenesemantic.embed;

import com.carrotsearch.randomizedtesting.ThreadFilter;

/** The thread of the native access library, which ends by itself some time after its last use. */
public final class NativeCleanerThread implements ThreadFilter {

  @Override
  public boolean reject(Thread thread) {
    return thread.getName().equals("JNA Cleaner");
  }
}
