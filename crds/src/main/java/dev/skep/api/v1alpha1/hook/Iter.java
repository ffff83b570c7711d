package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;

/** A walk over things of the kernel, read on demand: skep iter, or a file below the pins. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Iter(
    @Pattern("^[a-z0-9_]+$")
        @JsonPropertyDescription(
            "What it walks, as SEC(\"iter/…\") says: task, bpf_map, tcp, …. Default: that.")
        String target,
    @JsonPropertyDescription(
            "The object's map that is walked, for bpf_map_elem and bpf_sk_storage_map.")
        String map,
    @Pattern("^/.*$")
        @JsonPropertyDescription(
            "The control group where the walk begins, for cgroup. Default: the root.")
        String cgroup)
    implements Hook {}
