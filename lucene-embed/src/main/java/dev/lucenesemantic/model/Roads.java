package dev.lucenesemantic.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The roads of a model: one for all texts, or, in a model with a {@code Router} module, one for
 * queries and one for documents, or whatever tasks it was made for.
 *
 * @param byTask the roads by the task that leads to them; empty in a model without a router, whose
 *     only road every task takes
 * @param usual the road of a text that is given no task, if there is one
 */
public record Roads(Map<String, Road> byTask, Optional<Road> usual) {

  /** Copies the map and checks that there is a road. */
  public Roads {
    byTask = Collections.unmodifiableMap(new LinkedHashMap<>(byTask));
    Objects.requireNonNull(usual, "usual");
    if (byTask.isEmpty() && usual.isEmpty()) {
      throw new IllegalArgumentException("a model needs a road");
    }
  }

  /**
   * The roads of a model without a router.
   *
   * @param road the only road
   * @return the roads
   */
  public static Roads one(Road road) {
    return new Roads(Map.of(), Optional.of(road));
  }

  /**
   * The road for a task.
   *
   * @param task for example {@code query}
   * @return the road; empty if the model's router knows no such task, which Python refuses as well
   */
  public Optional<Road> of(String task) {
    return byTask.isEmpty() ? usual : Optional.ofNullable(byTask.get(task));
  }

  /**
   * All roads.
   *
   * @return each once
   */
  public Collection<Road> all() {
    Set<Road> all = new LinkedHashSet<>();
    usual.ifPresent(all::add);
    all.addAll(byTask.values());
    return Collections.unmodifiableSet(all);
  }
}
