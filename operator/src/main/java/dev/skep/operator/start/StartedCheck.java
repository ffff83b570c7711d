package dev.skep.operator.start;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the reconcilers run; alive before, for waiting for the CRDs is no reason to end. */
@Readiness
public class StartedCheck implements HealthCheck {
  private final OperatorStart start;

  StartedCheck(OperatorStart start) {
    this.start = start;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("reconcilers").status(start.isStarted()).build();
  }
}
