package dev.skep.node.plan;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which functions of a revision run on this node: of each group (a function and what stands in for
 * it, in order) the first that the kernel can run. No I/O of its own.
 *
 * @param taken the functions to load
 * @param replaceable those of them that another one of their group may follow
 * @param left those that this kernel cannot run though the program goes without, or has another in
 *     their place; each with why
 * @param failures why there is none of a group that the program cannot go without
 */
public record Choice(
    List<RevisionProgram> taken, Set<String> replaceable, List<Left> left, List<Failure> failures) {
  public Choice {
    taken = List.copyOf(taken);
    replaceable = Set.copyOf(replaceable);
    left = List.copyOf(left);
    failures = List.copyOf(failures);
  }

  /**
   * A function that does not run.
   *
   * @param instead what runs in its place; empty when nothing does
   */
  public record Left(Failure why, Optional<String> instead) {
    public String function() {
      return why.function();
    }
  }

  /**
   * Chooses.
   *
   * @param programs all functions of the revision
   * @param standing those of its load that are in the kernel already: what was chosen once stays
   * @param lacking why this kernel cannot run a function, if so; asked only where it matters
   */
  public static Choice of(
      List<RevisionProgram> programs,
      Set<String> standing,
      Function<RevisionProgram, Optional<Failure>> lacking) {
    List<RevisionProgram> taken = new ArrayList<>();
    Set<String> replaceable = new LinkedHashSet<>();
    List<Left> left = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (List<RevisionProgram> group : groups(programs)) {
      Map<RevisionProgram, Failure> why = new LinkedHashMap<>();
      Optional<RevisionProgram> first =
          group.stream()
              .filter(p -> standing.contains(p.function()))
              .filter(p -> possible(p, lacking, why))
              .findFirst()
              .or(() -> group.stream().filter(p -> possible(p, lacking, why)).findFirst());
      first.ifPresent(taken::add);
      first
          .filter(p -> !why.keySet().containsAll(others(group, p)))
          .ifPresent(p -> replaceable.add(p.function()));
      Optional<String> instead = first.map(RevisionProgram::function);
      if (first.isEmpty() && !group.getFirst().optional()) {
        failures.add(none(group, why));
      } else {
        group.stream()
            .takeWhile(p -> !p.equals(first.orElse(null)))
            .filter(why::containsKey)
            .forEach(p -> left.add(new Left(why.get(p), instead)));
      }
    }
    return new Choice(taken, replaceable, left, failures);
  }

  private static List<RevisionProgram> others(List<RevisionProgram> group, RevisionProgram one) {
    return group.stream().filter(p -> !p.equals(one)).toList();
  }

  private static boolean possible(
      RevisionProgram program,
      Function<RevisionProgram, Optional<Failure>> lacking,
      Map<RevisionProgram, Failure> why) {
    Optional<Failure> lacks =
        why.containsKey(program) ? Optional.of(why.get(program)) : lacking.apply(program);
    lacks.ifPresent(failure -> why.put(program, about(failure, program)));
    return lacks.isEmpty();
  }

  private static Failure about(Failure failure, RevisionProgram program) {
    return Failure.of(failure.reason(), failure.message(), program.function());
  }

  private static Failure none(List<RevisionProgram> group, Map<RevisionProgram, Failure> why) {
    Failure first = why.get(group.getFirst());
    String others =
        group.stream()
            .skip(1)
            .map(p -> "; instead of it " + why.get(p).message())
            .collect(joining());
    return Failure.of(first.reason(), first.message() + others, first.function());
  }

  /** Functions with those that stand in for them, in their order. */
  private static List<List<RevisionProgram>> groups(List<RevisionProgram> programs) {
    Set<String> names = programs.stream().map(RevisionProgram::function).collect(toSet());
    List<List<RevisionProgram>> groups = new ArrayList<>();
    for (RevisionProgram program : programs) {
      if (!names.contains(program.fallbackFor())) {
        List<RevisionProgram> group = new ArrayList<>(List.of(program));
        programs.stream()
            .filter(p -> program.function().equals(p.fallbackFor()))
            .forEach(group::add);
        groups.add(group);
      }
    }
    return groups;
  }

  /** Functions of {@link #taken} that may fail without failing the program. */
  public Set<String> optional() {
    return taken.stream()
        .filter(RevisionProgram::optional)
        .map(RevisionProgram::function)
        .collect(toSet());
  }
}
