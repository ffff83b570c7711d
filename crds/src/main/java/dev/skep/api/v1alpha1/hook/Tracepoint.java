package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** A kernel tracepoint, through its stable record. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Tracepoint(
    @Required
        @Pattern("^[A-Za-z0-9_]+/[A-Za-z0-9_]+$")
        @JsonPropertyDescription(
            "category/name as below /sys/kernel/tracing/events, e.g. syscalls/sys_enter_openat.")
        String name,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 5.15 or later). Default: 0.")
        Long cookie)
    implements Hook {
  public Tracepoint(String name) {
    this(name, null);
  }
}
