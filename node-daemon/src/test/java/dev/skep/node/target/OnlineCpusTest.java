package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OnlineCpusTest {
  @Test
  @DisplayName("The kernel's list format: ranges and single CPUs")
  void parses() {
    assertThat(OnlineCpus.parse("0")).containsExactly(0);
    assertThat(OnlineCpus.parse("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
  }
}
