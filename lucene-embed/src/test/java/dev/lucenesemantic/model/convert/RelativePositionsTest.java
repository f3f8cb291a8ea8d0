package dev.lucenesemantic.model.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RelativePositionsTest {
  /** Where Python's buckets begin, from -600 to 600. */
  private static final int[][] STARTS = {
    {-600, 15},
    {-90, 14},
    {-63, 13},
    {-45, 12},
    {-31, 11},
    {-22, 10},
    {-15, 9},
    {-11, 8},
    {-7, 7},
    {-6, 6},
    {-5, 5},
    {-4, 4},
    {-3, 3},
    {-2, 2},
    {-1, 1},
    {0, 0},
    {1, 17},
    {2, 18},
    {3, 19},
    {4, 20},
    {5, 21},
    {6, 22},
    {7, 23},
    {8, 24},
    {12, 25},
    {16, 26},
    {23, 27},
    {32, 28},
    {46, 29},
    {64, 30},
    {91, 31}
  };

  @Test
  void everyDistanceIsInPythonsBucket() {
    int next = 0;
    int bucket = -1;
    for (int distance = -600; distance <= 600; distance++) {
      if (next < STARTS.length && STARTS[next][0] == distance) {
        bucket = STARTS[next++][1];
      }
      assertEquals(bucket, RelativePositions.bucket(distance, 32), "distance " + distance);
    }
  }
}
