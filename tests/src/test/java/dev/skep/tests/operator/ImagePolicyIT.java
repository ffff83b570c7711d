package dev.skep.tests.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.TestImages;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Images that are not there, come later, move, or do not hold what is asked of them. */
class ImagePolicyIT {
  private final Stand stand;
  private String repository;

  ImagePolicyIT(@Shared Stand stand) {
    this.stand = stand;
  }

  @BeforeEach
  void push() {
    repository = stand.registry.address() + "/policy/tp";
    pushObject("v1", "tp");
  }

  @AfterEach
  void clear() {
    stand.clear();
  }

  @Test
  @DisplayName("a registry that is down at apply is named, tried a few times, and recovered from")
  void registryBack() {
    BpfProgram a;
    stand.registry.down();
    try {
      a = stand.apply("a", image("v1", "IfNotPresent"));
      BpfProgramStatus status = stand.awaitPhase("a", Phase.Degraded);
      assertThat(status.failures())
          .extracting(FailureGroup::reason)
          .containsExactly(Reason.RegistryUnreachable);
      assertThat(status.failures().getFirst().message()).contains(stand.registry.address());
    } finally {
      stand.registry.up();
    }
    assertThat(stand.awaitPhase("a", Phase.Ready).failures()).isEmpty();
    assertThat(stand.events(a).stream().filter("RegistryUnreachable"::equals)).hasSize(1);
  }

  @Test
  @DisplayName("a registry that is down holds up no other registry's programs")
  void othersGoOn() {
    stand.apply("dead", "image: {reference: \"127.0.0.1:1/x/y:v1\"}");
    stand.apply("a", image("v1", "IfNotPresent"));
    stand.awaitPhase("a", Phase.Ready);
    stand.awaitPhase("dead", Phase.Degraded);
  }

  @Test
  @DisplayName("a specification that is refused keeps the old revision on the nodes, and says both")
  void refusedKeepsTheOld() {
    stand.apply("a", image("v1", "IfNotPresent"));
    String old = stand.awaitPhase("a", Phase.Ready).revision();
    stand.apply("a", image("v1", "IfNotPresent") + "\nglobals: {no_such: 1}");
    BpfProgramStatus rejected = stand.awaitPhase("a", Phase.Rejected);
    assertThat(rejected.failures())
        .extracting(FailureGroup::reason)
        .containsExactly(Reason.UnknownGlobal);
    assertThat(rejected.revision()).isEqualTo(old);
    assertThat(stand.assigned(Stand.NODE, "a")).isEqualTo(old);
    assertThat(rejected.conditions())
        .anyMatch(c -> c.getType().equals("Admitted") && c.getStatus().equals("False"));
    assertThat(rejected.conditions())
        .anyMatch(c -> c.getType().equals("Ready") && c.getMessage().contains(old));

    stand.apply("a", image("v1", "IfNotPresent"));
    assertThat(stand.awaitPhase("a", Phase.Ready).revision()).isEqualTo(old);
  }

  @Test
  @DisplayName(
      "what is refused already is suspended all the same, and attached again when it is right")
  void refusedIsSuspended() {
    stand.apply("a", image("v1", "IfNotPresent"));
    String running = stand.awaitPhase("a", Phase.Ready).revision();
    String wrong = image("v1", "IfNotPresent") + "\nglobals: {no_such: 1}";
    stand.apply("a", wrong);
    stand.awaitPhase("a", Phase.Rejected);

    stand.apply("a", wrong + "\nmode: Suspend");
    BpfProgramStatus stopped =
        stand.await("a", s -> s.revision() != null && !s.revision().equals(running));
    assertThat(stand.revision(stopped.revision()).getSpec().mode()).isEqualTo(Mode.Suspend);
    assertThat(stand.assigned(Stand.NODE, "a")).isEqualTo(stopped.revision());
    assertThat(stopped.phase()).isEqualTo(Phase.Rejected);
    assertThat(stopped.conditions())
        .anyMatch(
            c ->
                c.getType().equals("Ready")
                    && c.getMessage().contains(stopped.revision() + " is suspended on "));

    stand.apply("a", wrong);
    stand.await("a", s -> s.phase() == Phase.Rejected);
    assertThat(stand.assigned(Stand.NODE, "a")).isEqualTo(stopped.revision());
    stand.apply("a", image("v1", "IfNotPresent"));
    assertThat(stand.awaitPhase("a", Phase.Ready).revision()).isEqualTo(running);
  }

  @Test
  @DisplayName("a moved tag is followed with Always, and not with IfNotPresent")
  void movedTag() {
    stand.apply("follows", image("v1", "Always"));
    stand.apply("stays", image("v1", "IfNotPresent"));
    String first = stand.awaitPhase("follows", Phase.Ready).digest();
    String stays = stand.awaitPhase("stays", Phase.Ready).digest();
    assertThat(stays).isEqualTo(first);
    pushObject("v1", "tp_v2");
    BpfProgramStatus moved =
        stand.await("follows", s -> !first.equals(s.digest()) && s.phase() == Phase.Ready);
    assertThat(moved.previousRevision()).isNotNull().isNotEqualTo(moved.revision());
    assertThat(stand.program("stays").getStatus().digest()).isEqualTo(first);
  }

  @Test
  @DisplayName("an image that is not there is said so, and taken when it comes")
  void imageComesLater() {
    stand.apply("a", image("late", "IfNotPresent"));
    assertThat(stand.awaitPhase("a", Phase.Degraded).failures())
        .extracting(FailureGroup::reason)
        .containsExactly(Reason.ImageNotFound);
    pushObject("late", "tp");
    stand.awaitPhase("a", Phase.Ready);
  }

  private void pushObject(String tag, String object) {
    TestImages.push(repository + ":" + tag, Map.of("tp.bpf.o", TestImages.object(object)));
  }

  private String image(String tag, String policy) {
    return "image: {reference: \"%s:%s\", pullPolicy: %s}".formatted(repository, tag, policy);
  }
}
