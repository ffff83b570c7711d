package dev.skep.operator.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBindingBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DaemonPolicyTest {
  @Test
  @DisplayName("policy and a binding that denies are what holds a daemon; what is missing is named")
  void verdicts() {
    assertThat(DaemonPolicy.verdict(true, binding("Deny"))).isEmpty();
    assertThat(DaemonPolicy.verdict(false, binding("Deny")))
        .contains("there is no ValidatingAdmissionPolicy skep-daemon", "1.30");
    assertThat(DaemonPolicy.verdict(true, null)).contains("has no binding");
    assertThat(DaemonPolicy.verdict(true, binding("Audit"))).contains("does not deny");
  }

  private static ValidatingAdmissionPolicyBinding binding(String action) {
    return new ValidatingAdmissionPolicyBindingBuilder()
        .withNewSpec()
        .withPolicyName("skep-daemon")
        .withValidationActions(action)
        .endSpec()
        .build();
  }
}
