package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HintTest {
  @Test
  @DisplayName("The near name is found among very many")
  void many() {
    List<String> names =
        Stream.concat(
                IntStream.range(0, 100_000).mapToObj(i -> "function_" + i),
                Stream.of("do_sys_openat2"))
            .toList();
    assertThat(Hint.nearest("do_sys_openat3", names)).isEqualTo("; did you mean do_sys_openat2?");
  }

  @Test
  @DisplayName("Where nothing is near nothing is said")
  void none() {
    assertThat(Hint.nearest("x", List.of("tcp_connect"))).isEmpty();
    assertThat(Hint.nearest("", List.of())).isEmpty();
  }
}
