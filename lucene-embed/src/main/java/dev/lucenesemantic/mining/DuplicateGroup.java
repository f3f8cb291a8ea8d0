package dev.lucenesemantic.mining;

import java.util.List;

/**
 * What stays of several near duplicates, and what can go.
 *
 * @param kept the place in the list of the first of them, from 0; in an index its document id
 * @param duplicates the places of the others, ascending, at least one; unmodifiable
 */
public record DuplicateGroup(int kept, List<Integer> duplicates) {

  /**
   * Makes a value.
   *
   * @param kept the one that stays
   * @param duplicates the others; copied
   */
  public DuplicateGroup {
    duplicates = List.copyOf(duplicates);
  }
}
