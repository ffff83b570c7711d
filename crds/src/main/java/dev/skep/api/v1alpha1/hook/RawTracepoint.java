package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** A kernel tracepoint with its raw arguments, or typed by BTF. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RawTracepoint(
    @Required
        @Pattern("^[A-Za-z0-9_]+$")
        @JsonPropertyDescription("Name without its category, e.g. sched_switch.")
        String name,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 6.10 or later). Default: 0.")
        Long cookie)
    implements Hook {
  public RawTracepoint(String name) {
    this(name, null);
  }
}
