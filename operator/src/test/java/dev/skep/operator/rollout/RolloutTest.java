package dev.skep.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static final List<String> NODES =
      IntStream.range(0, 200).mapToObj(i -> "node-" + i).toList();

  @Test
  @DisplayName("the order of nodes does not depend on the order they are seen in")
  void orderIsStable() {
    List<String> shuffled = new ArrayList<>(NODES);
    Collections.shuffle(shuffled, new Random(7));
    assertThat(NodeOrder.of("uid-1", shuffled)).isEqualTo(NodeOrder.of("uid-1", NODES));
  }

  @Test
  @DisplayName("two programs begin with different nodes")
  void programsBeginElsewhere() {
    assertThat(NodeOrder.of("uid-1", NODES)).isNotEqualTo(NodeOrder.of("uid-2", NODES));
  }

  @Test
  @DisplayName("a node that comes or goes does not move the others")
  void othersKeepTheirOrder() {
    List<String> without = NODES.stream().filter(n -> !n.equals("node-17")).toList();
    List<String> expected = new ArrayList<>(NodeOrder.of("uid-1", NODES));
    expected.remove("node-17");
    assertThat(NodeOrder.of("uid-1", without)).isEqualTo(expected);
  }

  @Test
  @DisplayName("nodes before the position run the next revision, the others the previous one")
  void positionDivides() {
    for (int position = 0; position <= 4; position++) {
      Map<String, String> revisions =
          new Rollout("old", "new", List.of("a", "b", "c", "d"), position).revisions();
      assertThat(revisions.values().stream().filter("new"::equals)).hasSize(position);
      assertThat(revisions).hasSize(4);
    }
  }

  @Test
  @DisplayName("a first revision runs nowhere before its turn")
  void nothingBeforeTheFirst() {
    assertThat(new Rollout(null, "new", List.of("a", "b"), 1).revisions())
        .isEqualTo(Map.of("a", "new"));
  }

  @Test
  @DisplayName("all at once tells every node the next revision")
  void allAtOnce() {
    assertThat(Rollout.allAtOnce("old", "new", List.of("a", "b")).revisions())
        .isEqualTo(Map.of("a", "new", "b", "new"));
  }

  @Test
  @DisplayName("a position outside the order is refused")
  void positionInRange() {
    assertThatThrownBy(() -> new Rollout("old", "new", List.of("a"), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
