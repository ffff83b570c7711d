package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.TestRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * An image behind a login, from the first word in the status to Ready, with the words' own cures.
 */
class PullSecretsIT {
  private static final String CURE = "allow it this one: ";
  private final Stack stack;

  PullSecretsIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @AfterEach
  void deletePrograms() {
    stack.deletePrograms();
  }

  @Test
  @DisplayName("a registry wants a login, the Secret may not be read, it is allowed as told: Ready")
  void fromNoLoginToReady() {
    try (TestRegistry locked = stack.startRegistry("locked", true)) {
      String reference = locked.address() + "/bad/tp:v1";
      TestImages.push(
          reference,
          Map.of("tp.bpf.o", TestImages.object("tp")),
          TestRegistry.USER + ":" + TestRegistry.PASSWORD);
      stack.apply("locked", "image: {reference: " + reference + "}");
      assertThat(failure("pullSecrets").message()).contains(locked.address());

      stack.apply("locked", "image: {reference: " + reference + ", pullSecrets: [{name: login}]}");
      String refused = failure("may not be read by the operator").message();
      assertThat(refused)
          .contains("Secret stories/login", "--resource-name=login")
          .contains("--serviceaccount=skep-system:skep-operator");

      stack.dockerSecret("login", locked.address(), TestRegistry.USER, TestRegistry.PASSWORD);
      stack.cluster().shell(refused.substring(refused.indexOf(CURE) + CURE.length())).output();
      stack.await("locked", Duration.ofSeconds(90), s -> s.nodes().ready() == 1);
    }
  }

  private FailureGroup failure(String words) {
    BpfProgramStatus status =
        stack.await(
            "locked",
            Duration.ofSeconds(20),
            s -> s.failures().stream().anyMatch(f -> f.message().contains(words)));
    assertThat(status.failures())
        .extracting(FailureGroup::reason)
        .containsExactly(Reason.ImageUnauthorized);
    return status.failures().getFirst();
  }
}
