package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** One function of the object, and where it is attached. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProgramAttachment(
    @Required
        @Pattern("^[A-Za-z_][A-Za-z0-9_]{0,127}$")
        @JsonPropertyDescription("The function's ELF symbol, e.g. count_open.")
        String function,
    @JsonPropertyDescription(
            "The hook and its target. Default: what the function's SEC() says, e.g."
                + " SEC(\"tracepoint/syscalls/sys_enter_open\").")
        Attach attach) {}
