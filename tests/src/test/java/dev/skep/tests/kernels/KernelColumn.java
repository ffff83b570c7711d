package dev.skep.tests.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What the hook suite found on one kernel.
 *
 * @param series {@code 6.12}
 * @param release what the kernel calls itself
 * @param cells hook → how it did
 */
record KernelColumn(String series, String release, SortedMap<String, String> cells) {
  /** A test that this kernel's run had not, or that the page has not. */
  static final String NONE = "no such test";

  static KernelColumn of(String release, SortedMap<String, String> cells) {
    String[] numbers = release.split("[.-]");
    return new KernelColumn(numbers[0] + "." + numbers[1], release, cells);
  }

  String cell(String hook) {
    return cells.getOrDefault(hook, NONE);
  }

  /** What a new run found otherwise, in words. */
  List<String> differences(KernelColumn run) {
    TreeSet<String> hooks = new TreeSet<>(cells.keySet());
    hooks.addAll(run.cells.keySet());
    List<String> found = new ArrayList<>();
    for (String hook : hooks) {
      if (!cell(hook).equals(run.cell(hook))) {
        found.add("%s: the page says %s; it is %s".formatted(hook, cell(hook), run.cell(hook)));
      }
    }
    return found;
  }

  /**
   * Whether another kernel is built like this one as far as a name shows it: the same series and
   * the same letters after the numbers ({@code 6.18.44-fc-v595}, {@code 6.18.50-fc-v600}).
   */
  boolean isLike(String other) {
    return flavour(release).equals(flavour(other)) && series.equals(of(other, cells).series);
  }

  private static String flavour(String release) {
    return release.replaceAll("[0-9.]+", "");
  }
}
