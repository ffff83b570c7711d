package dev.skep.operator.program;

import static dev.skep.operator.program.Fixture.NOW;
import static dev.skep.operator.program.Fixture.UNKNOWN_AFTER;
import static dev.skep.operator.program.Fixture.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.operator.node.NodeView;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SilentNodesTest {
  private static final Instant LAST = NOW.minusSeconds(90);
  private static final String MARKED =
      "{\"metadata\":{\"annotations\":{\"skep.dev/silent-since\":\"%s\"}}}";

  @Test
  @DisplayName("a BpfNode whose daemon is silent says since when, and is written once")
  void marked() {
    NodeView silent = node("a", null, 5, 5, LAST);

    assertThat(patch(silent)).map(ObjectNode::toString).contains(MARKED.formatted(LAST));

    silent.bpfNode().getMetadata().setAnnotations(Map.of(BpfNode.SILENT_SINCE, LAST.toString()));
    assertThat(patch(silent)).isEmpty();
  }

  @Test
  @DisplayName("one that is heard says nothing, and no longer what it said")
  void heard() {
    NodeView heard = node("a", null, 5, 5, NOW.minusSeconds(5));
    assertThat(patch(heard)).isEmpty();

    heard.bpfNode().getMetadata().setAnnotations(Map.of(BpfNode.SILENT_SINCE, LAST.toString()));
    assertThat(patch(heard))
        .map(ObjectNode::toString)
        .contains("{\"metadata\":{\"annotations\":{\"skep.dev/silent-since\":null}}}");
  }

  @Test
  @DisplayName("where there never was a daemon it is since the BpfNode is there")
  void neverHeard() {
    NodeView bare = node("a", null, 5, 5, null);
    bare.bpfNode().getMetadata().setCreationTimestamp(LAST.toString());

    assertThat(patch(bare)).map(ObjectNode::toString).contains(MARKED.formatted(LAST));
    assertThat(patch(new NodeView("a", Map.of(), null, null))).isEmpty();
  }

  private static Optional<ObjectNode> patch(NodeView node) {
    return SilentNodes.patch(node, UNKNOWN_AFTER, NOW);
  }
}
