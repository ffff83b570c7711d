package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Entry, return or both (kprobe.session) of many kernel functions by one link. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.functions) != has(self.pattern)",
    message = "name functions or a pattern")
public record KprobeMulti(
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Kernel functions, e.g. tcp_connect. 1 to 1024.")
        List<@Pattern("^[A-Za-z0-9_.]+$") String> functions,
    @Pattern("^[A-Za-z0-9_.*?]+$")
        @JsonPropertyDescription(
            "A pattern of kernel functions, e.g. tcp_*: * is any text, ? one letter. Those that cannot be probed are left out.")
        String pattern,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 5.18 or later). Default: 0.")
        Long cookie)
    implements Hook {
  public KprobeMulti {
    functions = functions == null ? List.of() : List.copyOf(functions);
  }
}
