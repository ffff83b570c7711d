package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * Messages or streams of the sockets in a map: SEC("sk_msg"), SEC("sk_skb/stream_parser"),
 * SEC("sk_skb/stream_verdict").
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Sockmap(
    @Required
        @JsonPropertyDescription(
            "The object's map of type sockmap or sockhash whose sockets are meant.")
        String map)
    implements Hook {}
