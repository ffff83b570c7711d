package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** What to change in one map of the object. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MapOverride(
    @Required @JsonPropertyDescription("The map's name in the object.") String name,
    @Required
        @Min(1)
        @Max(16777216)
        @JsonPropertyDescription(
            "Entries the map can hold (bytes for a ring buffer: a power of two, at least a page)."
                + " Default: as in the object. A change makes a new, empty map.")
        Integer maxEntries) {}
