package dev.skep.node.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.plan.Choice.Left;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Of each group the first function that the kernel can run")
class ChoiceTest {
  private static final List<RevisionProgram> GROUP =
      List.of(
          program("fentry", null, false),
          program("kprobe", "fentry", false),
          program("tracepoint", "fentry", false),
          program("other", null, false));

  private static RevisionProgram program(String function, String fallbackFor, boolean optional) {
    return new RevisionProgram(function, "s", "t", null, fallbackFor, optional, null);
  }

  private static Choice choose(List<RevisionProgram> programs, Set<String> standing, String... no) {
    return Choice.of(
        programs,
        standing,
        p ->
            List.of(no).contains(p.function()) ? Optional.of(why(p.function())) : Optional.empty());
  }

  private static Failure why(String function) {
    return Failure.of(Reason.Incompatible, "no " + function, function);
  }

  private static List<String> taken(Choice choice) {
    return choice.taken().stream().map(RevisionProgram::function).toList();
  }

  @Test
  @DisplayName("The function itself where it can run, and nothing of what would stand in for it")
  void first() {
    Choice choice = choose(GROUP, Set.of());
    assertThat(taken(choice)).containsExactly("fentry", "other");
    assertThat(choice.replaceable()).containsExactly("fentry");
    assertThat(choice.left()).isEmpty();
    assertThat(choice.failures()).isEmpty();
  }

  @Test
  @DisplayName("Else the next in order, and what it stands in for is named with the reason")
  void next() {
    Choice choice = choose(GROUP, Set.of(), "fentry");
    assertThat(taken(choice)).containsExactly("kprobe", "other");
    assertThat(choice.left()).containsExactly(new Left(why("fentry"), Optional.of("kprobe")));
    assertThat(choice.replaceable()).containsExactly("kprobe");

    Choice last = choose(GROUP, Set.of(), "fentry", "kprobe");
    assertThat(taken(last)).containsExactly("tracepoint", "other");
    assertThat(last.replaceable()).isEmpty();
  }

  @Test
  @DisplayName("None of a group: the program cannot run, and each of them says why")
  void none() {
    Choice choice = choose(GROUP, Set.of(), "fentry", "kprobe", "tracepoint");
    assertThat(taken(choice)).containsExactly("other");
    assertThat(choice.failures())
        .containsExactly(
            Failure.of(
                Reason.Incompatible,
                "no fentry; instead of it no kprobe; instead of it no tracepoint",
                "fentry"));
  }

  @Test
  @DisplayName("What is loaded already stays, though an earlier one could be")
  void standing() {
    assertThat(taken(choose(GROUP, Set.of("kprobe", "other")))).containsExactly("kprobe", "other");
    assertThat(taken(choose(GROUP, Set.of("kprobe", "other"), "kprobe")))
        .containsExactly("fentry", "other");
  }

  @Test
  @DisplayName("An optional function that cannot run is left out")
  void optional() {
    List<RevisionProgram> programs =
        List.of(program("may", null, true), program("must", null, false));
    Choice without = choose(programs, Set.of(), "may");
    assertThat(taken(without)).containsExactly("must");
    assertThat(without.left()).containsExactly(new Left(why("may"), Optional.empty()));
    assertThat(without.failures()).isEmpty();
    assertThat(choose(programs, Set.of()).optional()).containsExactly("may");
    assertThat(choose(programs, Set.of(), "must").failures()).hasSize(1);
  }
}
