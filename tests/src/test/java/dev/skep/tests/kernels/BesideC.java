package dev.skep.tests.kernels;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a C program attaches with libbpf alone, and Skep, of the programs that tests of the hook
 * suite attach. Which test attaches what is known from the kernels where it got so far.
 */
final class BesideC {
  /** Program → the tests that attach it. */
  private final Map<String, Set<String>> tests = new TreeMap<>();

  BesideC(Collection<SuiteRun> runs) {
    for (SuiteRun run : runs) {
      run.programs()
          .forEach(
              (hook, programs) ->
                  programs.forEach(p -> tests.computeIfAbsent(p, k -> new HashSet<>()).add(hook)));
    }
    // A test of several objects names each function with each object.
    tests.keySet().removeIf(p -> runs.stream().noneMatch(run -> run.byC().containsKey(p)));
  }

  SortedSet<String> attachedByC(SuiteRun run) {
    SortedSet<String> found = new TreeSet<>(tests.keySet());
    found.removeIf(program -> !run.byC().getOrDefault(program, false));
    return found;
  }

  SortedSet<String> attachedBySkep(SuiteRun run) {
    SortedSet<String> found = new TreeSet<>();
    tests.forEach(
        (program, hooks) -> {
          if (hooks.stream().anyMatch(hook -> run.found().cell(hook).equals("fires"))) {
            found.add(program);
          }
        });
    return found;
  }

  /** What C attaches on that kernel, and no test of ours that tries it does. */
  SortedSet<String> onlyByC(SuiteRun run) {
    SortedSet<String> found = attachedByC(run);
    found.removeAll(attachedBySkep(run));
    return found;
  }
}
