package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** A BpfProgram's spec as applied, with the image's digest and every default filled in. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = "self == oldSelf", message = "a revision never changes")
public record BpfRevisionSpec(
    @Required @JsonPropertyDescription("Name of the BpfProgram, in the same namespace.")
        String program,
    @Required @JsonPropertyDescription("What the image reference resolved to.")
        ResolvedObject image,
    @Required
        @JsonPropertyDescription(
            "Hash of what concerns loading only (object, globals, map sizes and sharing). Revisions"
                + " with the same load share the loaded programs and maps.")
        String load,
    @Required
        @JsonPropertyDescription("The functions to load and, but for mode Verify, attach.")
        @Size(max = 64)
        List<RevisionProgram> programs,
    @JsonPropertyDescription("Values of global variables.") @PreserveUnknownFields
        Map<String, JsonNode> globals,
    @JsonPropertyDescription(
            "Sizes, entries and sharing of maps; entries with those of ConfigMaps.")
        @Size(max = 64)
        List<MapOverride> maps,
    @JsonPropertyDescription("What becomes of a map that this revision defines otherwise.")
        BpfProgramSpec.OnIncompatibleMap onIncompatibleMap,
    @JsonPropertyDescription("Metrics read from maps.") @Size(max = 64) List<Metric> metrics,
    @JsonPropertyDescription("How far the program goes.") BpfProgramSpec.Mode mode) {

  public BpfRevisionSpec {
    programs = programs == null ? List.of() : List.copyOf(programs);
    globals = globals == null ? Map.of() : globals;
    maps = maps == null ? List.of() : List.copyOf(maps);
    metrics = metrics == null ? List.of() : List.copyOf(metrics);
    onIncompatibleMap =
        onIncompatibleMap == null ? BpfProgramSpec.OnIncompatibleMap.Recreate : onIncompatibleMap;
    mode = mode == null ? BpfProgramSpec.Mode.Attach : mode;
  }

  /** The same, of which only some functions run. */
  public BpfRevisionSpec of(List<RevisionProgram> some) {
    return new BpfRevisionSpec(
        program, image, load, some, globals, maps, onIncompatibleMap, metrics, mode);
  }

  /**
   * The bytes that every node loads.
   *
   * @param reference image reference as applied
   * @param digest digest of the image's manifest, sha256:…
   * @param objectDigest digest of the ELF object in it, sha256:…; what nodes fetch
   * @param objectSize its size, bytes
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ResolvedObject(
      @Required @JsonPropertyDescription("Image reference as applied.") String reference,
      @Required @JsonPropertyDescription("Digest of the image's manifest.") String digest,
      @Required @JsonPropertyDescription("Digest of the ELF object in the image.")
          String objectDigest,
      @Required @JsonPropertyDescription("Size of the object, bytes.") long objectSize) {}

  /**
   * One function of the object.
   *
   * @param function ELF symbol
   * @param section its ELF section, e.g. tracepoint/syscalls/sys_enter_open
   * @param type the kernel's name of its program type, e.g. tracepoint
   * @param attachments where it is attached; empty when another function's attachment covers it, as
   *     with the further functions of one struct_ops table
   * @param fallbackFor the function that it stands in for where the kernel cannot attach that one;
   *     of several such functions the first that it can attach
   * @param optional whether the program may be as wanted without it
   * @param needs what it asks of a kernel
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record RevisionProgram(
      @Required @JsonPropertyDescription("ELF symbol.") String function,
      @Required @JsonPropertyDescription("ELF section.") String section,
      @Required @JsonPropertyDescription("Program type, as the kernel names it.") String type,
      @JsonPropertyDescription("The hooks with their targets.") @Size(max = 64)
          List<Attach> attachments,
      @JsonPropertyDescription("The function that it stands in for.") String fallbackFor,
      @JsonPropertyDescription("It may be left out.") Boolean optional,
      @JsonPropertyDescription("What it asks of a kernel.") Needs needs) {
    public RevisionProgram {
      attachments = attachments == null ? List.of() : List.copyOf(attachments);
      optional = optional != null && optional;
      needs = needs == null ? Needs.NOTHING : needs;
    }

    public RevisionProgram(String function, String section, String type, Attach attach) {
      this(function, section, type, attach == null ? null : List.of(attach), null, null, null);
    }
  }

  /**
   * What a function asks of a kernel besides its kind, as far as the object's bytes tell. What the
   * code does without where it is missing (bpf_core_…_exists, weak functions) is not listed.
   *
   * @param conditional whether it reads constants, whose values may cut away code that helpers and
   *     types are listed for
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Needs(
      @JsonPropertyDescription("Types of the maps that it uses.") @Size(max = 64)
          List<String> mapTypes,
      @JsonPropertyDescription("Helper functions that it calls, at most 64.") @Size(max = 64)
          List<String> helpers,
      @JsonPropertyDescription("Kernel functions that it calls, at most 64.") @Size(max = 64)
          List<String> kfuncs,
      @JsonPropertyDescription(
              "Fields, enumerators and types of the kernel that it is adapted to, at most 64:"
                  + " task_struct.pid, bpf_func_id:BPF_FUNC_loop.")
          @Size(max = 64)
          List<String> kernelTypes,
      @JsonPropertyDescription("The kernel's own types are needed to load it.") Boolean kernelBtf,
      @JsonPropertyDescription("Constants may cut away what needs helpers and types.")
          Boolean conditional) {
    /** Names in each list at most. */
    public static final int MOST = 64;

    public static final Needs NOTHING = new Needs(null, null, null, null, null, null);

    public Needs {
      mapTypes = mapTypes == null ? List.of() : List.copyOf(mapTypes);
      helpers = helpers == null ? List.of() : List.copyOf(helpers);
      kfuncs = kfuncs == null ? List.of() : List.copyOf(kfuncs);
      kernelTypes = kernelTypes == null ? List.of() : List.copyOf(kernelTypes);
      kernelBtf = kernelBtf != null && kernelBtf;
      conditional = conditional != null && conditional;
    }
  }
}
