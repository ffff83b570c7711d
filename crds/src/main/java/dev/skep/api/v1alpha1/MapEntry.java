package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;

/** One entry of a map, in the words of its types. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MapEntry(
    @Required
        @PreserveUnknownFields
        @JsonPropertyDescription(
            "The key, checked against its BTF type: numbers, true/false, text for char arrays and"
                + " enumerators, IP and MAC addresses and CIDRs as text, fields of structs, lists;"
                + " \"hex:0a00…\" for its bytes.")
        JsonNode key,
    @Required
        @PreserveUnknownFields
        @JsonPropertyDescription(
            "The value, written like the key; every CPU's value of a per-CPU map. {map: NAME} in a"
                + " map of maps: another map of the object.")
        JsonNode value) {}
