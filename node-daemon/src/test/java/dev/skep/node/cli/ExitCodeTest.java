package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "NetworkNotFound, 3",
    "NoTarget, 3",
    "SharedMapNotFound, 3",
    "BinaryNotFound, 3",
    "MapFull, 4",
    "IncompatibleMap, 4",
    "HookBusy, 4",
    "InvalidEntry, 5",
    "RegistryUnreachable, 6",
    "InternalError, 1"
  })
  @DisplayName("each reason ends the command as docs/cli.md says")
  void documented(Reason reason, int status) {
    assertThat(ExitCode.of(reason)).isEqualTo(status);
  }
}
