package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** A static probe that a user-space binary was built with (USDT), wherever it stands in it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Usdt(
    @Required
        @Pattern("^/.+$")
        @JsonPropertyDescription(
            "Absolute path of the binary or library on the node, or with pods inside their containers, e.g. /usr/lib/libssl.so.3.")
        String binary,
    @Required
        @Pattern("^[A-Za-z0-9_.-]+$")
        @JsonPropertyDescription("Provider of the probe, e.g. libc.")
        String provider,
    @Required
        @Pattern("^[A-Za-z0-9_.-]+$")
        @JsonPropertyDescription("Name of the probe, e.g. setjmp.")
        String name,
    @JsonPropertyDescription("A number that the program reads with bpf_usdt_cookie(). Default: 0.")
        Long cookie,
    @JsonPropertyDescription(
            "The pods whose containers have the binary. Default: none; the binary is the node's.")
        Pods pods)
    implements BinaryHook {
  @Override
  public Usdt narrowed(String one) {
    return new Usdt(one, provider, name, cookie, null);
  }
}
