package dev.skep.tests.kernels;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * What each hook needs of root's powers on one kernel: by running it with all of them and without
 * each, and taking its own word for what it lacks. A hook that is refused and names nothing that it
 * was not given is a fault.
 *
 * @param needed hook → what it needs; of those that the kernel has
 * @param faults what was found otherwise, in words
 */
record CapabilityRuns(SortedMap<String, Set<Power>> needed, List<String> faults) {
  /** A capability, by its name without CAP_. */
  enum Power {
    BPF,
    PERFMON,
    NET_ADMIN,
    SYS_ADMIN,
    SYS_PTRACE
  }

  /** What one test of the suite did. */
  record Outcome(String what, String why) {
    boolean works() {
      return what.equals("fires") || what.equals("holds");
    }
  }

  private static final Pattern NAMED = Pattern.compile("CAP_([A-Z_]+)");

  /**
   * CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON, and is therefore not there where one of them
   * is left out.
   */
  private static final List<Set<Power>> SETS =
      List.of(
          EnumSet.of(Power.PERFMON, Power.NET_ADMIN),
          EnumSet.of(Power.BPF, Power.NET_ADMIN),
          EnumSet.of(Power.BPF, Power.PERFMON),
          EnumSet.of(Power.BPF, Power.PERFMON, Power.NET_ADMIN, Power.SYS_PTRACE),
          EnumSet.of(Power.BPF, Power.PERFMON, Power.NET_ADMIN, Power.SYS_ADMIN));

  /** Runs the suite on a kernel, once with each set. */
  static CapabilityRuns on(
      String kernel, BiFunction<String, Set<Power>, Map<String, Outcome>> suite) {
    Map<Set<Power>, Map<String, Outcome>> runs = new LinkedHashMap<>();
    Map<String, Outcome> all = suite.apply(kernel, EnumSet.allOf(Power.class));
    SETS.forEach(set -> runs.put(set, suite.apply(kernel, set)));
    return of(all, runs);
  }

  /**
   * @param all what every hook does with all of them
   * @param runs what it does with fewer
   */
  static CapabilityRuns of(Map<String, Outcome> all, Map<Set<Power>, Map<String, Outcome>> runs) {
    SortedMap<String, Set<Power>> needed = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    all.forEach(
        (hook, outcome) -> {
          if (outcome.works()) {
            needed.put(hook, EnumSet.noneOf(Power.class));
          } else if (!outcome.what().equals("incompatible")) {
            faults.add("%s, with all capabilities: %s".formatted(hook, outcome));
          }
        });
    runs.forEach(
        (given, outcomes) ->
            needed.forEach(
                (hook, powers) -> {
                  Outcome outcome = outcomes.getOrDefault(hook, new Outcome("not run", ""));
                  Set<Power> named = named(outcome.why());
                  if (outcome.works()) {
                    return;
                  }
                  if (!outcome.what().equals("incompatible")
                      || named.isEmpty()
                      || named.stream().anyMatch(given::contains)) {
                    faults.add("%s, with %s: %s".formatted(hook, given, outcome));
                  }
                  powers.addAll(named);
                }));
    // What it said that it needs it was given in this run, and what it was not given it never
    // named.
    runs.forEach(
        (given, outcomes) ->
            needed.forEach(
                (hook, powers) -> {
                  if (outcomes.getOrDefault(hook, new Outcome("", "")).works()
                      != given.containsAll(powers)) {
                    faults.add(
                        "%s, with %s: %s, and in all it names %s"
                            .formatted(hook, given, outcomes.get(hook), powers));
                  }
                }));
    return new CapabilityRuns(needed, faults);
  }

  private static Set<Power> named(String why) {
    Set<Power> named = EnumSet.noneOf(Power.class);
    NAMED.matcher(why).results().forEach(m -> named.add(Power.valueOf(m.group(1))));
    return named;
  }
}
