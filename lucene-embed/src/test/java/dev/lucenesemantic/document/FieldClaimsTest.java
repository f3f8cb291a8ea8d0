package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.lucene.util.IORunnable;
import org.junit.jupiter.api.Test;

class FieldClaimsTest {
  private final Map<String, String> index = new HashMap<>();
  private final Map<String, String> gone = new HashMap<>();
  private final List<String> looks = new ArrayList<>();
  private final List<IORunnable> duringLooks = new ArrayList<>();
  private final FieldClaims<String> claims = new FieldClaims<>(new FakeRule());

  private final class FakeRule implements FieldClaims.Rule<String> {
    @Override
    public Optional<String> inIndex(String field, boolean now) throws IOException {
      looks.add(now ? field + " now" : field);
      Optional<String> found =
          Optional.ofNullable(now ? index.get(field) : gone.getOrDefault(field, index.get(field)));
      if (!duringLooks.isEmpty()) {
        duringLooks.removeFirst().run();
      }
      return found;
    }

    @Override
    public boolean accepts(String kept, String wanted) {
      return kept.equals(wanted);
    }

    @Override
    public RuntimeException refusal(String field, String kept, String wanted) {
      return new IllegalArgumentException(field + " has " + kept + " and not " + wanted);
    }
  }

  private FieldClaims<String>.Held claim(String field, String wanted) throws IOException {
    FieldClaims<String>.Held held = claims.hold();
    held.claim(field, wanted);
    return held;
  }

  private void assertRefused(String message, String field, String wanted) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> claim(field, wanted)).getMessage());
  }

  @Test
  void aFieldIsKeptAsLongAsSomebodyHoldsIt() throws IOException {
    FieldClaims<String>.Held first = claim("f", "a");
    FieldClaims<String>.Held second = claim("f", "a");
    first.close();
    assertRefused("f has a and not b", "f", "b");
    claim("g", "b").close();
    second.close();
    claim("f", "b").close();
    assertEquals(List.of("f", "g", "f"), looks);
  }

  @Test
  void whoClosesTwiceTakesNothingFromOthers() throws IOException {
    FieldClaims<String>.Held first = claim("f", "a");
    try (FieldClaims<String>.Held second = claim("f", "a")) {
      first.close();
      first.close();
      second.claim("f", "a");
      assertRefused("f has a and not b", "f", "b");
    }
    claim("f", "b").close();
  }

  @Test
  void whatCameInKeepsItsField() throws IOException {
    FieldClaims<String>.Held held = claim("f", "a");
    held.confirm();
    held.close();
    assertRefused("f has a and not b", "f", "b");
    claim("f", "a").close();
    assertEquals(List.of("f"), looks);
  }

  @Test
  void whatIsInTheIndexCountsAndIsLookedAtOnce() throws IOException {
    index.put("f", "a");
    claim("f", "a").close();
    claim("f", "a").close();
    assertRefused("f has a and not b", "f", "b");
    assertEquals(List.of("f"), looks);
  }

  @Test
  void whatHasGoneIsLookedForAgainBeforeAnythingIsRefused() throws IOException {
    gone.put("f", "a");
    claim("f", "b").close();
    gone.put("g", "a");
    index.put("g", "c");
    assertRefused("g has c and not b", "g", "b");
    assertEquals(List.of("f", "f now", "g", "g now"), looks);
  }

  @Test
  void whatIsSeenWhileAClaimIsDroppedDoesNotCount() throws IOException {
    // The index is looked at just before the other's document comes in and has its model.
    duringLooks.add(
        () -> {
          FieldClaims<String>.Held other = claim("f", "b");
          other.confirm();
          other.close();
          index.put("f", "b");
          claims.forget("f");
        });
    assertRefused("f has b and not a", "f", "a");
  }

  @Test
  void whoComesFirstDuringALookHasTheField() throws IOException {
    List<FieldClaims<String>.Held> others = new ArrayList<>();
    duringLooks.add(() -> others.add(claim("f", "b")));
    assertRefused("f has b and not a", "f", "a");
    others.getFirst().close();
    claim("f", "a").close();
  }

  @Test
  void nobodyElseWaitsForALook() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    duringLooks.add(
        () -> {
          looking.countDown();
          Interrupts.await(go::await);
        });
    FutureTask<FieldClaims<String>.Held> slow = new FutureTask<>(() -> claim("f", "a"));
    new Thread(slow).start();
    looking.await();
    claim("g", "b").close();
    assertFalse(claims.any(() -> List.of("g"), "x"::equals, () -> {}));
    go.countDown();
    slow.get().close();
  }

  @Test
  void whatIsForgottenStaysWithWhoHoldsIt() throws IOException {
    FieldClaims<String>.Held held = claim("f", "a");
    held.confirm();
    claims.forget("f");
    assertRefused("f has a and not b", "f", "b");
    held.close();
    claim("f", "b").close();
    held = claim("f", "a");
    held.confirm();
    claims.forgetAll();
    assertRefused("f has a and not b", "f", "b");
    held.close();
    claim("f", "b").close();
  }

  @Test
  void aDroppedClaimTakesNothingFromTheNext() throws IOException {
    FieldClaims<String>.Held before = claim("f", "a");
    claims.dropAll();
    FieldClaims<String>.Held next = claim("f", "b");
    before.close();
    assertRefused("f has b and not a", "f", "a");
    next.close();
    claim("f", "a").close();
  }

  @Test
  void knowsWhetherAnyIsOfAKind() throws IOException {
    index.put("f", "a");
    List<String> done = new ArrayList<>();
    List<String> fields = List.of("f", "g");
    assertTrue(claims.any(() -> fields, "a"::equals, () -> done.add("no a")));
    assertFalse(claims.any(() -> fields, "b"::equals, () -> done.add("no b")));
    assertEquals(List.of("f", "g"), looks);
    try (FieldClaims<String>.Held held = claim("h", "b")) {
      assertTrue(claims.any(() -> fields, "b"::equals, () -> done.add("no b")));
      held.confirm();
    }
    assertTrue(claims.any(() -> fields, "b"::equals, () -> done.add("no b")));
    assertEquals(List.of("no b"), done);
    claims.forgetAll();
    index.clear();
    assertFalse(claims.any(() -> fields, "b"::equals, () -> done.add("none")));
    assertEquals(List.of("no b", "none"), done);
  }

  @Test
  void whatCameDuringTheLookOfSomebodyWhoOnlyAsksCounts() throws IOException {
    index.put("f", "a");
    duringLooks.add(
        () -> {
          index.put("f", "b");
          claims.forgetAll();
        });
    assertTrue(claims.any(() -> List.of("f"), "b"::equals, () -> {}));
    assertEquals(List.of("f", "f"), looks);
  }
}
