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

/**
 * Packets at a network interface's traffic control: TCX where the kernel has it (6.6 or later),
 * else a clsact filter.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.pods) && has(self.networkNamespace))",
    message = "name pods or a networkNamespace, not both")
@ValidationRule(
    value = "!has(self.side) || has(self.pods)",
    message = "side is of interfaces of pods: name pods")
public record Tc(
    @Required @Size(min = 1, max = 64) @JsonPropertyDescription(InterfaceHook.INTERFACES)
        List<@Pattern("^[^/:\\s]{1,15}$") String> interfaces,
    @Pattern("^[A-Za-z0-9_./-]{1,255}$") @JsonPropertyDescription(InterfaceHook.NETWORK_NAMESPACE)
        String networkNamespace,
    @JsonPropertyDescription(InterfaceHook.PODS) Pods pods,
    @JsonPropertyDescription(InterfaceHook.SIDE) PodSide side,
    @Required @JsonPropertyDescription("Ingress or Egress, as the interface sees it.")
        Direction direction,
    @Default("50")
        @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
            "Order among Skep's programs there: lower runs first; of the same, the one attached first. 0 to 1000. Default: 50.")
        Integer priority)
    implements InterfaceHook {
  public static final int DEFAULT_PRIORITY = 50;

  public Tc {
    interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
    priority = priority == null ? DEFAULT_PRIORITY : priority;
  }

  public Tc(List<String> interfaces, Direction direction) {
    this(interfaces, null, null, null, direction, null);
  }

  @Override
  public Tc narrowed(String one) {
    return new Tc(List.of(one), null, null, null, direction, priority);
  }
}
