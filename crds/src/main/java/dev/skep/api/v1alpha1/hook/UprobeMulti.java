package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Many functions of a user-space binary or library by one link (Linux 6.6 or later). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.symbols) != has(self.pattern)",
    message = "name symbols or a pattern")
public record UprobeMulti(
    @Required
        @Pattern("^/.+$")
        @JsonPropertyDescription(
            "Absolute path of the binary or library on the node, or with pods inside their containers, e.g. /usr/lib/libssl.so.3.")
        String binary,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Function symbols in the binary, e.g. SSL_write. 1 to 1024.")
        List<String> symbols,
    @JsonPropertyDescription(
            "A pattern of function symbols, e.g. SSL_*: * is any text, ? one letter.")
        String pattern,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 6.6 or later). Default: 0.")
        Long cookie,
    @JsonPropertyDescription(
            "The pods whose containers have the binary. Default: none; the binary is the node's.")
        Pods pods)
    implements BinaryHook {
  public UprobeMulti {
    symbols = symbols == null ? List.of() : List.copyOf(symbols);
  }

  @Override
  public UprobeMulti narrowed(String one) {
    return new UprobeMulti(one, symbols, pattern, cookie, null);
  }
}
