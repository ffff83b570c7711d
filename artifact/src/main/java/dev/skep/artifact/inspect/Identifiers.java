package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.text.Names;
import java.util.regex.Pattern;

/** Names of programs and maps become paths in bpffs: only C's identifiers may. */
final class Identifiers {
  private static final Pattern C = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private Identifiers() {}

  static String check(String what, String name) {
    if (!C.matcher(name).matches()) {
      throw new Refusal(
          Reason.InvalidBtf,
          "the object has a %s named \"%s\", which is no C identifier of up to 128 letters"
              .formatted(what, Names.shorten(name.replaceAll("[^ -~]", "?"))));
    }
    return name;
  }
}
