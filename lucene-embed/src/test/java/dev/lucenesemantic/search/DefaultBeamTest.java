package dev.lucenesemantic.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.codec.StoredVectors;
import org.junit.jupiter.api.Test;

class DefaultBeamTest {
  @Test
  void inASmallIndexItIsOneAndAHalfTimesKAndAtLeastOneHundred() {
    assertEquals(100, DefaultBeam.of(10, vectors(5_000, 32)));
    assertEquals(1500, DefaultBeam.of(1000, vectors(5_000, 8)));
    assertEquals(100, DefaultBeam.of(1, vectors(0, 32)));
  }

  @Test
  void itGrowsWithTheLogarithmOfTheNumberOfVectors() {
    assertEquals(200, DefaultBeam.of(10, vectors(50_000, 32)));
    assertEquals(300, DefaultBeam.of(10, vectors(500_000, 8)));
    assertEquals(3000, DefaultBeam.of(1000, vectors(50_000, 32)));
    assertTrue(DefaultBeam.of(10, vectors(5_001, 32)) <= 101);
  }

  @Test
  void itIsWiderForFewBitsAndWhereNobodySaysHowMany() {
    for (int bits : new int[] {2, 1, 0}) {
      assertEquals(125, DefaultBeam.of(10, vectors(5_000, bits)));
      assertEquals(250, DefaultBeam.of(10, vectors(50_000, bits)));
      assertEquals(500, DefaultBeam.of(100, vectors(5_000, bits)));
    }
  }

  @Test
  void itDoesNotOverflow() {
    assertEquals(Integer.MAX_VALUE, DefaultBeam.of(Integer.MAX_VALUE, vectors(Long.MAX_VALUE, 1)));
  }

  private static StoredVectors vectors(long count, int bits) {
    return new StoredVectors(count, 0, 0, 0, 0, bits);
  }
}
