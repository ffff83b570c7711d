package dev.skep.node.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgramSpec.OnIncompatibleMap;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ProgramType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An object to load.
 *
 * @param key where its pins go
 * @param object the ELF bytes, checked
 * @param report what inspection found in them
 * @param functions the programs to load; the others are left out (autoload off)
 * @param targets by function, the kernel function, tracepoint or hook that it is loaded for, where
 *     its type asks for one at load; those left out are loaded for what their SEC() names
 * @param globals values of global variables by name
 * @param maps overrides of map definitions
 * @param onIncompatibleMap what becomes of a map that can not be taken over
 * @param reuse loads of the same program whose compatible maps are taken over, newest first
 */
public record LoadRequest(
    LoadKey key,
    byte[] object,
    ObjectReport report,
    Set<String> functions,
    Map<String, String> targets,
    Map<String, JsonNode> globals,
    List<MapOverride> maps,
    OnIncompatibleMap onIncompatibleMap,
    List<LoadKey> reuse) {

  /** Every function for what its SEC() names. */
  public LoadRequest(
      LoadKey key,
      byte[] object,
      ObjectReport report,
      Set<String> functions,
      Map<String, JsonNode> globals,
      List<MapOverride> maps,
      List<LoadKey> reuse) {
    this(
        key, object, report, functions, Map.of(), globals, maps, OnIncompatibleMap.Recreate, reuse);
  }

  /** The targets of a revision's programs. */
  public static Map<String, String> targets(List<RevisionProgram> programs) {
    Map<String, String> targets = new TreeMap<>();
    for (RevisionProgram program : programs) {
      ProgramType type = ProgramType.valueOf(program.type());
      program.attachments().stream()
          .flatMap(attach -> type.targetAtLoad(attach.hook()).stream())
          .findFirst()
          .ifPresent(target -> targets.put(program.function(), target));
    }
    return targets;
  }
}
