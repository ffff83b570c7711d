package dev.skep.artifact.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names in a message: enough of them to help, never so many that nobody reads it. */
public final class Names {
  private static final int ENOUGH = 12;

  /** A hostile object names half a million fields; comparing them all takes seconds. */
  private static final int COMPARED = 4096;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private Names() {}

  /** "a, b, c", ending in "…" when there are more; "none" of none. */
  public static String list(Collection<String> names) {
    List<String> some = some(names);
    return some.isEmpty() ? "none" : String.join(", ", some);
  }

  /** "a, b or c"; like {@link #list} when there are more. */
  public static String anyOf(Collection<String> names) {
    List<String> some = some(names);
    if (some.size() < 2 || names.size() > ENOUGH) {
      return list(names);
    }
    String last = some.removeLast();
    return String.join(", ", some) + " or " + last;
  }

  /**
   * The one that was probably meant: least letters to change, and at most a third of them. Of two
   * alike, the first by the alphabet.
   */
  public static Optional<String> nearest(String wanted, Collection<String> names) {
    int most = Math.max(1, wanted.length() / 3);
    return names.stream()
        .limit(COMPARED)
        .filter(name -> Math.abs(name.length() - wanted.length()) <= most)
        .filter(name -> name.length() <= 256 && distance(wanted, name) <= most)
        .min(
            Comparator.comparingInt((String name) -> distance(wanted, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** "; did you mean x? There is x, y or z", without the question when nothing is near. */
  public static String suggestion(String wanted, Collection<String> names) {
    return nearest(wanted, names)
        .map(name -> "; did you mean " + shorten(name) + "? There is " + anyOf(names))
        .orElseGet(() -> "; there is " + anyOf(names));
  }

  /** The text on one line, cut to what a message can bear. */
  public static String shorten(String text) {
    String some = text.length() <= 64 ? text : text.substring(0, 63) + "…";
    return CONTROL.matcher(some).replaceAll("?");
  }

  private static List<String> some(Collection<String> names) {
    List<String> some = new ArrayList<>(names.stream().limit(ENOUGH).map(Names::shorten).toList());
    if (names.size() > ENOUGH) {
      some.add("…");
    }
    return some;
  }

  /** Letters to insert, remove, change, or swap with their neighbour (Damerau). */
  private static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 ? j : j == 0 ? i : step(cost, from, to, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int step(int[][] cost, String from, String to, int i, int j) {
    boolean same = from.charAt(i - 1) == to.charAt(j - 1);
    int best =
        Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
