package dev.skep.node.dispatch;

import java.util.Comparator;
import java.util.Optional;

/**
 * One of the programs of an interface.
 *
 * @param program whose it is, as NAMESPACE/NAME
 * @param load the load of that program that it is of
 * @param function ELF symbol
 * @param priority lower runs first
 * @param proceedOn bit n: the next program runs when this one answered n (enum xdp_action)
 * @param frags it knows packets of more than one piece (SEC("xdp.frags"))
 */
public record Member(
    String program, String load, String function, int priority, int proceedOn, boolean frags) {

  /** Priority first; of the same, the name decides, so that every node has the same order. */
  static final Comparator<Member> ORDER =
      Comparator.comparingInt(Member::priority)
          .thenComparing(Member::program)
          .thenComparing(Member::function);

  /** Whether one would take the other's place: the same function of the same program. */
  boolean replaces(Member other) {
    return program.equals(other.program) && function.equals(other.function);
  }

  /** As it is written beside its pins. */
  String text() {
    return "%d %#x %s %s/%s/%s"
        .formatted(priority, proceedOn, frags ? "frags" : "linear", program, load, function);
  }

  /** Empty for a text that is none of ours. */
  static Optional<Member> read(String text) {
    String[] words = text.split(" ", 4);
    String[] names = words.length < 4 ? new String[0] : words[3].split("/");
    if (names.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Member(
              names[0] + "/" + names[1],
              names[2],
              names[3],
              Integer.parseInt(words[0]),
              Integer.decode(words[1]),
              words[2].equals("frags")));
    } catch (NumberFormatException foreign) {
      return Optional.empty();
    }
  }
}
