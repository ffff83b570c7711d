package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** Entry or return of a kernel function, or an instruction inside it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Kprobe(
    @Required
        @Pattern("^[A-Za-z0-9_.]+$")
        @JsonPropertyDescription("Kernel function, e.g. tcp_connect.")
        String function,
    @Min(0) @Max(1048576) @JsonPropertyDescription("Bytes from the function's start. Default: 0.")
        Integer offset,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 5.15 or later). Default: 0.")
        Long cookie)
    implements Hook {
  public Kprobe(String function, Integer offset) {
    this(function, offset, null);
  }
}
