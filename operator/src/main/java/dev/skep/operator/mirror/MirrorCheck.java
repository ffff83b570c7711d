package dev.skep.operator.mirror;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready once daemons can come: an operator that is not gets no requests from the Service. */
@Readiness
public class MirrorCheck implements HealthCheck {
  private final MirrorServer server;

  MirrorCheck(MirrorServer server) {
    this.server = server;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("mirror").status(server.serves());
    if (!server.trouble().isEmpty()) {
      answer.withData("trouble", server.trouble());
    }
    return answer.build();
  }
}
