package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** A program that runs once for each load: SEC("syscall"). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Syscall(
    @Default("BeforeAttach")
        @JsonPropertyDescription(
            "When: before the other functions are attached, e.g. to fill a map, or after. Default: BeforeAttach.")
        When run)
    implements Hook {
  public Syscall {
    run = run == null ? When.BeforeAttach : run;
  }

  /** When it runs. */
  public enum When {
    BeforeAttach,
    AfterAttach
  }
}
