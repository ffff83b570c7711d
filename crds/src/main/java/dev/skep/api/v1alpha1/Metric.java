package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A Prometheus metric made from a map: one series an entry, typed by the object's BTF. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Metric(
    @Required
        @Pattern("^[a-zA-Z_:][a-zA-Z0-9_:]*$")
        @JsonPropertyDescription(
            "Metric name, e.g. file_opens_total; by Prometheus' custom a counter ends in _total.")
        String name,
    @Required @JsonPropertyDescription("counter or gauge.") Type type,
    @JsonPropertyDescription("The HELP line. Default: the map's name.") String help,
    @Required
        @JsonPropertyDescription(
            "Map to read: a hash, array, or a per-CPU or LRU form of them; .bss, .data or .rodata"
                + " for a global variable, which value names.")
        String map,
    @JsonPropertyDescription(
            "The value's field that is the number, as a path of BTF field names, e.g. stats.bytes."
                + " Default: the value itself, or its only field.")
        String value,
    @JsonPropertyDescription("Labels of each series, at most 10. Default: none.") @Size(max = 10)
        List<Label> labels,
    @Default("Sum")
        @JsonPropertyDescription(
            "How the values of a per-CPU map become one: Sum, Max, or Label (a series each, with"
                + " the label cpu). Default: Sum.")
        PerCpu perCpu,
    @Min(1)
        @Max(100000)
        @Default("1000")
        @JsonPropertyDescription(
            "Series of this metric at most; what is over is counted in"
                + " skep_metric_series_dropped. Default: 1000.")
        Integer maxSeries) {

  public Metric {
    labels = labels == null ? List.of() : List.copyOf(labels);
    perCpu = perCpu == null ? PerCpu.Sum : perCpu;
    maxSeries = maxSeries == null ? 1000 : maxSeries;
  }

  /** Prometheus' metric type. */
  public enum Type {
    counter,
    gauge
  }

  /** How the values of a per-CPU map become one. */
  public enum PerCpu {
    Sum,
    Max,
    Label
  }

  /** A label, from a field of the map's key. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Label(
      @Required
          @Pattern("^[a-zA-Z_][a-zA-Z0-9_]*$")
          @JsonPropertyDescription("Label name, e.g. comm.")
          String name,
      @JsonPropertyDescription(
              "The key's field, as a path of BTF field names, e.g. task.comm. Numbers are printed"
                  + " in decimal, char arrays as text, enums by the enumerator's name. Default:"
                  + " the key itself, or its field of the label's name.")
          String key) {}
}
