package dev.skep.operator.node;

import java.util.Set;

/** What a program's globals ask of each Node that runs it. */
public record NodeQuestions(boolean internalIP, boolean externalIP, Set<String> labels) {
  public static final NodeQuestions NONE = new NodeQuestions(false, false, Set.of());

  public NodeQuestions {
    labels = Set.copyOf(labels);
  }
}
