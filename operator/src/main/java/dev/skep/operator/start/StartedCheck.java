package dev.skep.operator.start;

import dev.skep.operator.leader.Leadership;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the reconcilers run, or stand by; alive before, for waiting for the CRDs is no reason
 * to end.
 */
@Readiness
public class StartedCheck implements HealthCheck {
  private final OperatorStart start;
  private final Leadership leadership;

  StartedCheck(OperatorStart start, Leadership leadership) {
    this.start = start;
    this.leadership = leadership;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("reconcilers")
            .status(start.isStarted())
            .withData("leads", leadership.leads());
    if (!start.obstacle().isEmpty()) {
      answer.withData("waits", start.obstacle());
    }
    return answer.build();
  }
}
