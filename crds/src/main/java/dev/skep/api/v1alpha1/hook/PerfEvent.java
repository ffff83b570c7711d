package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** A perf event on every CPU, e.g. a clock that samples. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.frequency) && has(self.period))",
    message = "name a frequency or a period, not both")
public record PerfEvent(
    @Required
        @JsonPropertyDescription(
            "The event, as perf_event_open(2) names it: CpuClock, TaskClock, PageFaults, ContextSwitches, CpuMigrations (software); CpuCycles, Instructions, CacheReferences, CacheMisses, BranchInstructions, BranchMisses (hardware).")
        Event event,
    @Min(1)
        @Max(100000)
        @JsonPropertyDescription("Samples per second and CPU. Default: 99, without a period.")
        Integer frequency,
    @Min(1) @JsonPropertyDescription("One sample for so many events.") Long period,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 5.15 or later). Default: 0.")
        Long cookie)
    implements Hook {
  public PerfEvent(Event event, Integer frequency, Long period) {
    this(event, frequency, period, null);
  }
}
