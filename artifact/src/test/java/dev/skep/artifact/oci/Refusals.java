package dev.skep.artifact.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What is expected of every refusal: its reason, and one line that says the cause. */
final class Refusals {
  private Refusals() {}

  static void assertRefused(ThrowingCallable call, Reason reason, String... words) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).as("refusal").isNotNull();
    assertThat(refusal.failure().reason()).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(refusal.getMessage()).doesNotContain("\n");
    for (String word : words) {
      assertThat(refusal.getMessage()).contains(word);
    }
  }
}
