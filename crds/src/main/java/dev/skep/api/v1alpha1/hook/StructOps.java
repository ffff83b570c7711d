package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** A table of functions that the kernel calls, e.g. a TCP congestion control. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record StructOps(
    @Required
        @JsonPropertyDescription(
            "The object's variable in SEC(\".struct_ops\") or SEC(\".struct_ops.link\").")
        String map)
    implements Hook {}
