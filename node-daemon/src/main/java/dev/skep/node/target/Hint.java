package dev.skep.node.target;

import dev.skep.artifact.text.Names;
import java.util.Collection;

/** What the user may have meant, at the end of a message. */
final class Hint {
  /** What nobody gets wrong, so that of a kernel's 100,000 functions few are compared. */
  private static final int SURE = 2;

  private Hint() {}

  /** "; did you mean X?", or nothing where no name is near. */
  static String nearest(String wanted, Collection<String> names) {
    return Names.nearest(wanted, names.stream().filter(n -> mayBeNear(wanted, n)).toList())
        .map(n -> "; did you mean " + n + "?")
        .orElse("");
  }

  /** Whether a name begins as the wanted one does. */
  static boolean mayBeNear(String wanted, String name) {
    return name.startsWith(wanted.substring(0, Math.min(SURE, wanted.length())));
  }
}
