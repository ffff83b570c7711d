package dev.skep.tests.pods;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.MapState;
import java.util.List;
import java.util.Optional;

/** The kernel's ids of what runs of one program, as the node's status has them. */
record InKernel(List<Integer> programs, List<LinkState> links, List<Integer> maps) {

  /** Of an attached program; empty when the node does not speak of it so, or is not there yet. */
  static Optional<InKernel> of(String program, BpfNode node) {
    return Optional.ofNullable(node).map(BpfNode::getStatus).stream()
        .flatMap(status -> status.programs().stream())
        .filter(p -> p.name().equals(program))
        .filter(p -> p.functions().stream().anyMatch(f -> !f.links().isEmpty()))
        .findFirst()
        .map(
            p ->
                new InKernel(
                    p.functions().stream().map(FunctionState::programId).toList(),
                    p.functions().stream().flatMap(f -> f.links().stream()).toList(),
                    p.maps().stream().map(MapState::id).toList()));
  }
}
