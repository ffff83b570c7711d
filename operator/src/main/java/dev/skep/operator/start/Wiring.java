package dev.skep.operator.start;

import dev.skep.operator.node.BpfNodeReconciler;
import dev.skep.operator.program.BpfProgramReconciler;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The parts that no class of ours can be found to be. */
@ApplicationScoped
public class Wiring {
  @Produces
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }

  /** Quarkus' extension makes one that measures nothing. */
  @Produces
  @Singleton
  Metrics metrics(MeterRegistry registry) {
    return MicrometerMetricsV2.newBuilder(registry).build();
  }

  /** The SDK counts events of two kinds under one name with different tags; Prometheus refuses. */
  @Produces
  @Singleton
  MeterFilter sameTagsForAllEvents() {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        return id.getName().startsWith("events")
            ? id.replaceTags(
                id.getTags().stream().filter(t -> !t.getKey().equals("action")).toList())
            : id;
      }
    };
  }

  @Produces
  @ApplicationScoped
  Operator operator(
      QuarkusConfigurationService configuration,
      BpfProgramReconciler programs,
      BpfNodeReconciler nodes) {
    Operator operator = new Operator(configuration);
    operator.register(
        programs, new EveryEvent<>(configuration.getConfigurationFor(programs), configuration));
    operator.register(nodes);
    return operator;
  }
}
