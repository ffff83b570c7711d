package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.MetricLayout;
import dev.skep.artifact.inspect.ObjectReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks of spec.metrics. */
final class MetricChecks {
  /** What every page of the daemon has beside the declared metrics. */
  private static final List<String> DAEMONS_OWN = List.of("skep_", "process_", "jvm_");

  private MetricChecks() {}

  static List<Failure> fieldsCanBeRead(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.metrics().size(); i++) {
      try {
        MetricLayout.of("metrics[%d]".formatted(i), spec.metrics().get(i), report);
      } catch (Refusal refusal) {
        failures.add(refusal.failure());
      }
    }
    return failures;
  }

  static List<Failure> namesAreFree(BpfProgramSpec spec, ObjectReport report) {
    Map<String, Integer> first = new HashMap<>();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.metrics().size(); i++) {
      String name = String.valueOf(spec.metrics().get(i).name());
      String path = "metrics[%d].name".formatted(i);
      DAEMONS_OWN.stream()
          .filter(name::startsWith)
          .map(own -> "%s: names that begin with %s are the daemon's own".formatted(name, own))
          .forEach(why -> failures.add(invalid(path, why)));
      Integer before = first.putIfAbsent(name, i);
      if (before != null) {
        failures.add(invalid(path, "%s is metrics[%d] already".formatted(name, before)));
      }
    }
    return failures;
  }

  static List<Failure> labelsAreDistinct(BpfProgramSpec spec, ObjectReport report) {
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < spec.metrics().size(); i++) {
      Metric metric = spec.metrics().get(i);
      Set<String> names = new HashSet<>();
      if (metric.perCpu() == Metric.PerCpu.Label) {
        names.add("cpu");
      }
      for (int j = 0; j < metric.labels().size(); j++) {
        String name = String.valueOf(metric.labels().get(j).name());
        String path = "metrics[%d].labels[%d].name".formatted(i, j);
        if (!names.add(name)) {
          failures.add(invalid(path, "the metric has a label %s already".formatted(name)));
        }
        if (name.startsWith("__")) {
          failures.add(invalid(path, name + ": names that begin with __ are Prometheus' own"));
        }
      }
    }
    return failures;
  }

  private static Failure invalid(String path, String what) {
    return Failure.of(Reason.InvalidMetric, path + ": " + what);
  }
}
