package dev.lucenesemantic.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.codec.StoredVectors;
import org.junit.jupiter.api.Test;

class DefaultBeamTest {
  @Test
  void inASmallIndexItIsOneAndAHalfTimesKAndAtLeastThreeHundred() {
    assertEquals(300, DefaultBeam.of(10, vectors(5_000, 32), 384));
    assertEquals(1500, DefaultBeam.of(1000, vectors(5_000, 8), 384));
    assertEquals(300, DefaultBeam.of(1, vectors(0, 32), 384));
  }

  @Test
  void itGrowsWithTheLogarithmOfTheNumberOfVectors() {
    assertEquals(600, DefaultBeam.of(10, vectors(50_000, 32), 384));
    assertEquals(900, DefaultBeam.of(10, vectors(500_000, 8), 384));
    assertEquals(3000, DefaultBeam.of(1000, vectors(50_000, 32), 384));
    assertTrue(DefaultBeam.of(10, vectors(5_001, 32), 384) <= 301);
  }

  @Test
  void itIsWiderForFewBitsAndWhereNobodySaysHowMany() {
    for (int bits : new int[] {2, 1, 0}) {
      assertEquals(450, DefaultBeam.of(10, vectors(5_000, bits), 384));
      assertEquals(900, DefaultBeam.of(10, vectors(50_000, bits), 384));
      assertEquals(500, DefaultBeam.of(100, vectors(5_000, bits), 384));
    }
  }

  @Test
  void itIsWiderForFewBitsOfFewComponents() {
    assertEquals(450, DefaultBeam.of(10, vectors(5_000, 1), 768));
    assertEquals(1350, DefaultBeam.of(10, vectors(5_000, 1), 128));
    assertEquals(2700, DefaultBeam.of(10, vectors(5_000, 1), 64));
    assertEquals(300, DefaultBeam.of(10, vectors(5_000, 8), 64));
  }

  @Test
  void itDoesNotOverflow() {
    assertEquals(
        Integer.MAX_VALUE, DefaultBeam.of(Integer.MAX_VALUE, vectors(Long.MAX_VALUE, 1), 384));
  }

  private static StoredVectors vectors(long count, int bits) {
    return new StoredVectors(count, 0, 0, 0, 0, bits);
  }
}
