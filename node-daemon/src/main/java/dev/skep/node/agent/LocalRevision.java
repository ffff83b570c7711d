package dev.skep.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.NodeReference;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.source.NodeValues;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A revision as this node runs it: the revision is the same for all nodes, but a global may ask for
 * the node's own address, and a shared map is another one on each. What the node adds becomes part
 * of the load, so that a changed value is a new load, made before the old one is given up.
 */
public final class LocalRevision {
  private static final int HASH = 8;

  private LocalRevision() {}

  /**
   * The same revision with nothing left to ask.
   *
   * @throws Refusal NodeValueMissing or SharedMapNotFound
   */
  public static BpfRevision of(
      AssignedRevision assigned, BpfRevision revision, NodeValues node, Kernel kernel) {
    BpfRevisionSpec spec = revision.getSpec();
    Map<String, String> added = new TreeMap<>();
    Map<String, JsonNode> globals = new TreeMap<>();
    spec.globals()
        .forEach(
            (name, value) -> {
              Optional<NodeReference> reference = NodeReference.of("globals." + name, value);
              JsonNode known = reference.map(r -> value(name, r, node)).orElse(value);
              globals.put(name, known);
              reference.ifPresent(r -> added.put("globals." + name, known.toString()));
            });
    LoadKey key = new LoadKey(assigned.namespace(), assigned.name(), spec.load());
    for (MapOverride map : spec.maps()) {
      if (map.sharedFrom() != null) {
        added.put("maps." + map.name(), String.valueOf(shared(key, map, kernel)));
      }
    }
    return added.isEmpty() ? revision : with(revision, globals, added);
  }

  /** Whether anything of it is this node's. */
  static boolean asksTheNode(BpfRevisionSpec spec) {
    return spec.maps().stream().anyMatch(map -> map.sharedFrom() != null)
        || spec.globals().entrySet().stream()
            .anyMatch(g -> NodeReference.of("globals." + g.getKey(), g.getValue()).isPresent());
  }

  private static JsonNode value(String global, NodeReference reference, NodeValues node) {
    return switch (reference) {
      case NodeReference.OfField(NodeReference.Field field) ->
          switch (field) {
            case name -> TextNode.valueOf(node.name());
            case cpuCount -> IntNode.valueOf(node.cpuCount());
            case internalIP -> text(global, "internalIP", node.internalIP());
            case externalIP -> text(global, "externalIP", node.externalIP());
          };
      case NodeReference.OfLabel(String key) -> {
        if (node.labels() == null) {
          throw missing(
              global, "label " + key + "; labels are of a cluster's Nodes, and this is none");
        }
        yield text(global, "label " + key, Optional.ofNullable(node.labels().get(key)));
      }
    };
  }

  private static JsonNode text(String global, String what, Optional<String> value) {
    return TextNode.valueOf(value.orElseThrow(() -> missing(global, what + " yet")));
  }

  private static Refusal missing(String global, String what) {
    return new Refusal(
        Reason.NodeValueMissing, "globals.%s: this node has no %s".formatted(global, what));
  }

  private static int shared(LoadKey key, MapOverride map, Kernel kernel) {
    OptionalInt id = kernel.sharedMap(key, map);
    if (id.isEmpty()) {
      String from =
          map.sharedFrom().pinned() != null
              ? "no map is pinned as %s".formatted(map.sharedFrom().pinned())
              : "program %s/%s with such a map is not loaded"
                  .formatted(key.namespace(), map.sharedFrom().program());
      throw new Refusal(
          Reason.SharedMapNotFound,
          "maps %s.sharedFrom: %s on this node yet".formatted(map.name(), from));
    }
    return id.getAsInt();
  }

  private static BpfRevision with(
      BpfRevision revision, Map<String, JsonNode> globals, Map<String, String> added) {
    BpfRevisionSpec spec = revision.getSpec();
    BpfRevision local = new BpfRevision();
    local.setMetadata(revision.getMetadata());
    local.setSpec(
        new BpfRevisionSpec(
            spec.program(),
            spec.image(),
            spec.load() + "-" + hash(added),
            spec.programs(),
            globals,
            spec.maps(),
            spec.onIncompatibleMap(),
            spec.metrics(),
            spec.mode()));
    return local;
  }

  private static String hash(Map<String, String> added) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(added.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
