package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** Entry or return of a function of a user-space binary or library, or an instruction in it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.symbol) || has(self.offset)",
    message = "name a symbol, an offset in the file, or both")
public record Uprobe(
    @Required
        @Pattern("^/.+$")
        @JsonPropertyDescription(
            "Absolute path of the binary or library on the node, or with pods inside their containers, e.g. /usr/lib/libssl.so.3.")
        String binary,
    @JsonPropertyDescription("Function symbol in the binary, e.g. SSL_write.") String symbol,
    @Min(0)
        @JsonPropertyDescription(
            "Bytes from the symbol, or from the file's start without one. Default: 0.")
        Long offset,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 5.15 or later). Default: 0.")
        Long cookie,
    @JsonPropertyDescription(
            "The pods whose containers have the binary. Default: none; the binary is the node's.")
        Pods pods)
    implements BinaryHook {
  public Uprobe(String binary, String symbol, Long offset) {
    this(binary, symbol, offset, null, null);
  }

  @Override
  public Uprobe narrowed(String one) {
    return new Uprobe(one, symbol, offset, cookie, null);
  }
}
