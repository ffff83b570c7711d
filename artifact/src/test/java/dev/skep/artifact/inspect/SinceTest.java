package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinceTest {
  @ParameterizedTest
  @DisplayName("a helper is there since a Linux, for some kinds of programs since a later one")
  @CsvSource({
    "bpf_get_attach_cookie, kprobe, 5.15",
    "bpf_get_attach_cookie, fentry, 5.19",
    "bpf_get_attach_cookie, tp_btf, 6.10",
    "bpf_loop, tp_btf, 5.17",
    "bpf_no_such_helper, kprobe,",
  })
  void helper(String helper, String kind, String version) {
    assertThat(Since.helper(helper, kind).orElse(null)).isEqualTo(version);
  }
}
