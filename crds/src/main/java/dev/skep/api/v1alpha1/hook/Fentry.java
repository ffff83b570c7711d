package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/**
 * Entry (fentry), return (fexit) or return value (fmod_ret) of a kernel function, through a BTF
 * trampoline.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Fentry(
    @Required
        @Pattern("^[A-Za-z0-9_.]+$")
        @JsonPropertyDescription("Kernel function, e.g. tcp_connect.")
        String function,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 5.18 or later). Default: 0.")
        Long cookie)
    implements Hook {
  public Fentry(String function) {
    this(function, null);
  }
}
