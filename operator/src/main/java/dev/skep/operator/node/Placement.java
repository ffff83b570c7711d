package dev.skep.operator.node;

import java.util.Map;
import java.util.Set;

/**
 * Where one program runs.
 *
 * @param revisions node → revision; a node that was looked at and is not named shall not run it
 * @param nodes those that were looked at; nothing is said of others, or null when all were
 * @param asks what it wants to know of each node
 */
public record Placement(Map<String, String> revisions, Set<String> nodes, NodeQuestions asks) {
  public Placement {
    revisions = Map.copyOf(revisions);
  }

  public Placement(Map<String, String> revisions, Set<String> nodes) {
    this(revisions, nodes, NodeQuestions.NONE);
  }

  /** Of a program that goes. */
  public static Placement nowhere() {
    return new Placement(Map.of(), null);
  }

  boolean decides(String node) {
    return nodes == null || nodes.contains(node);
  }
}
