package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Packets that enter a netkit device (Linux 6.7 or later). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.pods) && has(self.networkNamespace))",
    message = "name pods or a networkNamespace, not both")
@ValidationRule(
    value = "!has(self.side) || has(self.pods)",
    message = "side is of interfaces of pods: name pods")
public record Netkit(
    @Required @Size(min = 1, max = 64) @JsonPropertyDescription(InterfaceHook.INTERFACES)
        List<@Pattern("^[^/:\\s]{1,15}$") String> interfaces,
    @Pattern("^[A-Za-z0-9_./-]{1,255}$") @JsonPropertyDescription(InterfaceHook.NETWORK_NAMESPACE)
        String networkNamespace,
    @JsonPropertyDescription(InterfaceHook.PODS) Pods pods,
    @JsonPropertyDescription(InterfaceHook.SIDE) PodSide side,
    @Default("Primary")
        @JsonPropertyDescription(
            "Whose packets: those that the Primary device sends, or those that its Peer sends. Default: Primary.")
        NetkitEnd end,
    @Default("50")
        @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
            "Order among Skep's programs there: lower runs first; of the same, the one attached first. 0 to 1000. Default: 50.")
        Integer priority)
    implements InterfaceHook {
  public static final int DEFAULT_PRIORITY = 50;

  public Netkit {
    interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
    end = end == null ? NetkitEnd.Primary : end;
    priority = priority == null ? DEFAULT_PRIORITY : priority;
  }

  @Override
  public Netkit narrowed(String one) {
    return new Netkit(List.of(one), null, null, null, end, priority);
  }
}
