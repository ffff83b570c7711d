package dev.skep.node.target;

import dev.skep.artifact.text.Names;
import java.util.Collection;

/** What the user may have meant, at the end of a message. */
final class Hint {
  private Hint() {}

  /** "; did you mean X?", or nothing where no name is near. */
  static String nearest(String wanted, Collection<String> names) {
    return Names.nearest(wanted, names).map(n -> "; did you mean " + n + "?").orElse("");
  }
}
