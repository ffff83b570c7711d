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

/** Packets as a network interface receives them, before the stack. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.pods) && has(self.networkNamespace))",
    message = "name pods or a networkNamespace, not both")
@ValidationRule(
    value = "!has(self.side) || has(self.pods)",
    message = "side is of interfaces of pods: name pods")
public record Xdp(
    @Required @Size(min = 1, max = 64) @JsonPropertyDescription(InterfaceHook.INTERFACES)
        List<@Pattern("^[^/:\\s]{1,15}$") String> interfaces,
    @Pattern("^[A-Za-z0-9_./-]{1,255}$") @JsonPropertyDescription(InterfaceHook.NETWORK_NAMESPACE)
        String networkNamespace,
    @JsonPropertyDescription(InterfaceHook.PODS) Pods pods,
    @JsonPropertyDescription(InterfaceHook.SIDE) PodSide side,
    @Default("Auto")
        @JsonPropertyDescription(
            "Native: in the driver. Generic: in the stack, slower, on every interface. Auto: native where the driver can, else generic. Default: Auto.")
        XdpMode mode,
    @Default("50")
        @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
            "Order among the programs of one interface: lower runs first; of the same, by namespace, name and function. 0 to 1000. Default: 50.")
        Integer priority,
    @Size(max = 5)
        @JsonPropertyDescription(
            "After which of its answers the next program of the interface runs; any other is the packet's fate. Default: [Pass].")
        List<XdpAction> proceedOn)
    implements InterfaceHook {
  public static final int DEFAULT_PRIORITY = 50;

  public Xdp {
    interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
    mode = mode == null ? XdpMode.Auto : mode;
    priority = priority == null ? DEFAULT_PRIORITY : priority;
    proceedOn =
        proceedOn == null || proceedOn.isEmpty() ? List.of(XdpAction.Pass) : List.copyOf(proceedOn);
  }

  public Xdp(List<String> interfaces, XdpMode mode) {
    this(interfaces, null, null, null, mode, null, null);
  }

  @Override
  public Xdp narrowed(String one) {
    return new Xdp(List.of(one), null, null, null, mode, priority, proceedOn);
  }
}
