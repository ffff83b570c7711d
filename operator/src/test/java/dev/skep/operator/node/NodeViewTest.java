package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeViewTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Instant CREATED = Instant.parse("2026-01-01T10:00:00Z");

  @Test
  @DisplayName("a daemon is silent a limit after its last heartbeat, or after its node came")
  void silent() {
    Instant later = CREATED.plusSeconds(600);

    assertThat(heard(later).silentSince(LIMIT, later.plusSeconds(59))).isEmpty();
    assertThat(heard(later).silentSince(LIMIT, later.plusSeconds(60))).contains(later);
    assertThat(heard(null).silentSince(LIMIT, CREATED.plusSeconds(59))).isEmpty();
    assertThat(heard(null).silentSince(LIMIT, CREATED.plusSeconds(60))).contains(CREATED);
  }

  @Test
  @DisplayName("a node that comes back under its name is not silent for what the one before it was")
  void namesake() {
    NodeView back = heard(CREATED.minus(Duration.ofDays(3)));

    assertThat(back.silentSince(LIMIT, CREATED.plusSeconds(59))).isEmpty();
    assertThat(back.silentSince(LIMIT, CREATED.plusSeconds(60))).contains(CREATED);
  }

  private static NodeView heard(Instant heartbeat) {
    BpfNode node = new BpfNode();
    node.setMetadata(
        new ObjectMetaBuilder().withName("n").withCreationTimestamp(CREATED.toString()).build());
    return new NodeView("n", Map.of(), node, heartbeat);
  }
}
