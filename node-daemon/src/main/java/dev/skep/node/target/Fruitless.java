package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Refusal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Searches that found nothing, so that nobody searches again before what was searched has changed:
 * to look whether it did is cheap where a search is not.
 */
final class Fruitless {
  private static final int MOST = 256;

  private record Search(String state, Failure found) {}

  private final Map<String, Search> searches = new ConcurrentHashMap<>();

  /**
   * Searches, and remembers when nothing was found.
   *
   * @param state of what is searched, the same as long as the search would find the same
   * @param search throws when it finds nothing
   */
  <T> T search(String what, String state, Supplier<T> search) {
    try {
      T found = search.get();
      searches.remove(what);
      return found;
    } catch (Refusal nothing) {
      if (searches.size() >= MOST) {
        searches.clear();
      }
      searches.put(what, new Search(state, nothing.failure()));
      throw nothing;
    }
  }

  /** What a search said that would say so again; empty when only searching can tell. */
  Optional<Failure> known(String what, String state) {
    return Optional.ofNullable(searches.get(what))
        .filter(search -> search.state().equals(state))
        .map(Search::found);
  }
}
