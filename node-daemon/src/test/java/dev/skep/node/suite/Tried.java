package dev.skep.node.suite;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Which programs of which objects the test that is running attaches, so that the same can be tried
 * from C. Tests that attach by their own means say so here.
 */
public final class Tried {
  private static final Set<String> OBJECTS = new ConcurrentSkipListSet<>();
  private static final Set<String> FUNCTIONS = new ConcurrentSkipListSet<>();

  private Tried() {}

  /** The name of an object below {@code skep.bpf}, without its ending. */
  public static void object(String name) {
    OBJECTS.add(name);
  }

  public static void function(String name) {
    FUNCTIONS.add(name);
  }

  /** Each function with each object, as {@code OBJECT/FUNCTION}, and forgets them. */
  static List<String> drain() {
    List<String> all =
        OBJECTS.stream().flatMap(o -> FUNCTIONS.stream().map(f -> o + "/" + f)).toList();
    OBJECTS.clear();
    FUNCTIONS.clear();
    return all;
  }
}
