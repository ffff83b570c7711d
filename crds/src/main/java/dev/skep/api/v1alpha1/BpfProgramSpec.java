package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Map;

/** What a user asks for: an image, which of its programs attach where, and what to measure. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BpfProgramSpec(
    @Required @JsonPropertyDescription("The OCI image that holds the compiled eBPF object.")
        Image image,
    @JsonPropertyDescription(
            "Which functions of the object run, and where each is attached. Default: every program"
                + " of the object, attached as its SEC() says. At most 64.")
        @Size(max = 64)
        List<ProgramAttachment> programs,
    @JsonPropertyDescription(
            "Values of the object's global variables by name, set before load and checked against"
                + " the variable's BTF type: integers, true/false, names of enumerators, text for"
                + " char arrays, IP and MAC addresses. {nodeField: internalIP} takes the node's own:"
                + " internalIP, externalIP, name or cpuCount; {nodeLabel: KEY} one of its labels. A"
                + " change, of the node's too, reloads the object; maps and their contents are"
                + " kept. At most 256, each of 4 MiB at most.")
        @PreserveUnknownFields
        @Size(max = 256)
        Map<String, JsonNode> globals,
    @JsonPropertyDescription(
            "Sizes, entries and sharing of the object's maps, by map name. At most 64.")
        @Size(max = 64)
        List<MapOverride> maps,
    @Default("Recreate")
        @JsonPropertyDescription(
            "When a new revision defines a map with another type, size or flags than the one that"
                + " holds data now. Recreate: the new revision begins with an empty map. Refuse: it"
                + " fails with IncompatibleMap, and the old revision goes on. Default: Recreate,"
                + " since a program that cannot be updated is the worse surprise.")
        OnIncompatibleMap onIncompatibleMap,
    @JsonPropertyDescription(
            "Prometheus metrics read from the object's maps, served on each node's /metrics. At most 64.")
        @Size(max = 64)
        List<Metric> metrics,
    @JsonPropertyDescription(
            "The nodes to run on, by their labels. Default: every node that runs the daemon.")
        @ValidationRule(
            value =
                "!has(self.matchExpressions) || self.matchExpressions.all(e,"
                    + " (e.operator == 'In' || e.operator == 'NotIn') == (has(e.values) && size(e.values) > 0))",
            message =
                "matchExpressions: operator is In or NotIn with values, or Exists or DoesNotExist"
                    + " without")
        LabelSelector nodeSelector,
    @Default("Attach")
        @JsonPropertyDescription(
            "Attach: load and attach. Verify: load on every node, attach nowhere. Suspend: run"
                + " nothing, keep the resource. Default: Attach.")
        Mode mode) {

  public BpfProgramSpec {
    programs = programs == null ? List.of() : List.copyOf(programs);
    globals = globals == null ? Map.of() : globals;
    maps = maps == null ? List.of() : List.copyOf(maps);
    metrics = metrics == null ? List.of() : List.copyOf(metrics);
    onIncompatibleMap = onIncompatibleMap == null ? OnIncompatibleMap.Recreate : onIncompatibleMap;
    mode = mode == null ? Mode.Attach : mode;
  }

  /** The same with other map overrides. */
  public BpfProgramSpec withMaps(List<MapOverride> others) {
    return new BpfProgramSpec(
        image, programs, globals, others, onIncompatibleMap, metrics, nodeSelector, mode);
  }

  /** What becomes of a map that the next revision defines otherwise. */
  public enum OnIncompatibleMap {
    Recreate,
    Refuse
  }

  /** How far a program goes on its nodes. */
  public enum Mode {
    Attach,
    Verify,
    Suspend
  }
}
