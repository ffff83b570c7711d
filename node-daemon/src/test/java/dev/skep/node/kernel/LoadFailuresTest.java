package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadFailuresTest {
  @ParameterizedTest
  @DisplayName("the helper that a kernel has, and lets this program not call, is found in its log")
  @CsvSource({
    "2: (85) call bpf_get_attach_cookie#174|unknown func bpf_get_attach_cookie#174,"
        + " bpf_get_attach_cookie",
    "program of this type cannot use helper bpf_get_attach_cookie#174, bpf_get_attach_cookie",
    "invalid func unknown#210,",
    "calling kernel function bpf_task_acquire is not allowed,",
  })
  void refusedHelper(String log, String helper) {
    assertThat(LoadFailures.refusedHelper(log.replace('|', '\n')))
        .isEqualTo(Optional.ofNullable(helper));
  }
}
