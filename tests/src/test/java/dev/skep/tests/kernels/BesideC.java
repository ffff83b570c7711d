package dev.skep.tests.kernels;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a C program attaches with libbpf alone, and Skep: the kinds of programs, as their SEC()
 * names them. Which test attaches which is known from the kernels where it got so far.
 */
final class BesideC {
  /** A test that holds may do so because the kernel refused what it attached. */
  private static final String ATTACHED = "fires";

  /** Kind → the tests that attach such a program. */
  private final Map<String, Set<String>> tests = new HashMap<>();

  BesideC(Collection<SuiteRun> runs) {
    Map<String, String> kinds = new HashMap<>();
    runs.forEach(run -> run.byC().forEach((program, c) -> kinds.put(program, c.kind())));
    for (SuiteRun run : runs) {
      run.programs()
          .forEach(
              (test, programs) ->
                  programs.stream()
                      // A test of several objects names each function with each object.
                      .filter(kinds::containsKey)
                      .map(kinds::get)
                      .forEach(k -> tests.computeIfAbsent(k, none -> new HashSet<>()).add(test)));
    }
  }

  SortedSet<String> attachedByC(SuiteRun run) {
    SortedSet<String> found = new TreeSet<>();
    run.byC().values().stream().filter(SuiteRun.ByC::attaches).forEach(c -> found.add(c.kind()));
    return found;
  }

  SortedSet<String> attachedBySkep(SuiteRun run) {
    SortedSet<String> found = new TreeSet<>();
    tests.forEach(
        (kind, names) -> {
          if (names.stream().anyMatch(test -> ATTACHED.equals(run.found().cell(test)))) {
            found.add(kind);
          }
        });
    return found;
  }

  /** What C attaches on that kernel, and no test of ours does. */
  SortedSet<String> onlyByC(SuiteRun run) {
    SortedSet<String> found = attachedByC(run);
    found.removeAll(attachedBySkep(run));
    return found;
  }
}
