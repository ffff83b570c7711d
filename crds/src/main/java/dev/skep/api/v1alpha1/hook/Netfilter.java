package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;

/** A hook of netfilter in the host's network namespace (Linux 6.4 or later). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Netfilter(
    @Required @JsonPropertyDescription("Ipv4 or Ipv6.") Family family,
    @Required @JsonPropertyDescription("PreRouting, LocalIn, Forward, LocalOut or PostRouting.")
        Point hook,
    @Default("0")
        @JsonPropertyDescription(
            "Order among the hook's functions, lower first (linux/netfilter_ipv4.h); no two of the same. Default: 0.")
        Integer priority,
    @Default("false")
        @JsonPropertyDescription(
            "Put fragments together before the program sees a packet; needs a priority above -400. Default: false.")
        Boolean defragment)
    implements Hook {
  public Netfilter {
    priority = priority == null ? 0 : priority;
    defragment = defragment != null && defragment;
  }

  /** Address family of the packets. */
  public enum Family {
    Ipv4,
    Ipv6
  }

  /** enum nf_inet_hooks, in its order. */
  public enum Point {
    PreRouting,
    LocalIn,
    Forward,
    LocalOut,
    PostRouting
  }
}
