package dev.skep.operator.start;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.V1AdmissionRegistrationAPIGroupDSL;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the cluster holds each daemon to its own node. Nothing else depends on it, so that an
 * install without goes on; but whoever takes one daemon's token then speaks for every node, and
 * that is said.
 */
@ApplicationScoped
public class DaemonPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonPolicy.class);
  private static final String NAME = "skep-daemon";
  private static final Duration PERIOD = Duration.ofMinutes(5);

  private final KubernetesClient client;
  private volatile Thread looking;

  /** As the metric has it: 1, 0, or not known. */
  private volatile double holds = Double.NaN;

  private String said = "";

  DaemonPolicy(KubernetesClient client, MeterRegistry registry) {
    this.client = client;
    registry.gauge("skep.operator.daemon.policy", this, policy -> policy.holds);
  }

  void begin(@Observes StartupEvent event) {
    looking = Thread.ofPlatform().name("daemon-policy").daemon().start(this::look);
  }

  void end(@Observes ShutdownEvent event) {
    looking.interrupt();
  }

  private void look() {
    try {
      while (true) {
        lookOnce();
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException ending) {
      return;
    }
  }

  private void lookOnce() {
    String says;
    try {
      V1AdmissionRegistrationAPIGroupDSL admission = client.admissionRegistration().v1();
      says =
          verdict(
              admission.validatingAdmissionPolicies().withName(NAME).get() != null,
              admission.validatingAdmissionPolicyBindings().withName(NAME).get());
      holds = says.isEmpty() ? 1 : 0;
    } catch (KubernetesClientException e) {
      says = "whether daemons are held to their own node cannot be seen: " + e.getMessage();
      holds = Double.NaN;
    }
    if (!says.equals(said) && !says.isEmpty()) {
      LOG.warn(says);
    }
    said = says;
  }

  /** What is to be said of the policy and its binding; empty when all is well. */
  static String verdict(boolean policy, ValidatingAdmissionPolicyBinding binding) {
    if (policy && binding != null && binding.getSpec().getValidationActions().contains("Deny")) {
      return "";
    }
    String missing =
        !policy
            ? "there is no ValidatingAdmissionPolicy " + NAME
            : binding == null
                ? "ValidatingAdmissionPolicy " + NAME + " has no binding of its name"
                : "the binding " + NAME + " does not deny";
    return "nothing holds a daemon to its own node: "
        + missing
        + "; apply config/install/040-daemon-admission.yaml (Kubernetes 1.30 or later; before, who"
        + " has one daemon's token speaks for every node)";
  }
}
