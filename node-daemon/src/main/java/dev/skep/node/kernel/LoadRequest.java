package dev.skep.node.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgramSpec.OnIncompatibleMap;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.artifact.inspect.ObjectReport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An object to load.
 *
 * @param key where its pins go
 * @param object the ELF bytes, checked
 * @param report what inspection found in them
 * @param functions the programs to load; the others are left out (autoload off)
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
    Map<String, JsonNode> globals,
    List<MapOverride> maps,
    OnIncompatibleMap onIncompatibleMap,
    List<LoadKey> reuse) {
  public LoadRequest(
      LoadKey key,
      byte[] object,
      ObjectReport report,
      Set<String> functions,
      Map<String, JsonNode> globals,
      List<MapOverride> maps,
      List<LoadKey> reuse) {
    this(key, object, report, functions, globals, maps, OnIncompatibleMap.Recreate, reuse);
  }
}
