package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.util.Map;
import java.util.TreeMap;

/** What a Node says of itself, as far as the programs it runs ask. */
final class NodeAnswers {
  private final Node node;
  private String internalIP;
  private String externalIP;
  private final Map<String, String> labels = new TreeMap<>();

  private NodeAnswers(Node node) {
    this.node = node;
  }

  /**
   * The assignments with what they ask.
   *
   * @param told what the node is told now, or null: its answers stay while a program that it runs
   *     was not decided on yet, since nobody knows what that asks
   */
  static BpfNodeSpec with(
      Node node, BpfNodeSpec wanted, BpfNodeSpec told, Map<ProgramKey, Placement> placements) {
    NodeAnswers answers = new NodeAnswers(node);
    for (AssignedRevision assigned : wanted.programs()) {
      Placement placement = placements.get(new ProgramKey(assigned.namespace(), assigned.name()));
      if (placement == null && told != null && told.node() != null) {
        answers.keep(told.node());
      } else if (placement != null) {
        answers.answer(placement.asks());
      }
    }
    return new BpfNodeSpec(
        wanted.programs(), new NodeFacts(answers.internalIP, answers.externalIP, answers.labels));
  }

  private void keep(NodeFacts before) {
    internalIP = internalIP == null ? before.internalIP() : internalIP;
    externalIP = externalIP == null ? before.externalIP() : externalIP;
    before.labels().forEach(labels::putIfAbsent);
  }

  private void answer(NodeQuestions asked) {
    if (asked.internalIP()) {
      internalIP = address("InternalIP");
    }
    if (asked.externalIP()) {
      externalIP = address("ExternalIP");
    }
    Map<String, String> all = node.getMetadata().getLabels();
    for (String label : asked.labels()) {
      String value = all == null ? null : all.get(label);
      if (value == null) {
        labels.remove(label);
      } else {
        labels.put(label, value);
      }
    }
  }

  private String address(String type) {
    return node.getStatus() == null || node.getStatus().getAddresses() == null
        ? null
        : node.getStatus().getAddresses().stream()
            .filter(address -> address.getType().equals(type))
            .map(NodeAddress::getAddress)
            .findFirst()
            .orElse(null);
  }
}
