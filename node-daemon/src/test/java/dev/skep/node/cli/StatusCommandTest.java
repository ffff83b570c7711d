package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.agent.ServeOptions;
import dev.skep.node.report.StatusFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {
  @TempDir private Path stateDir;

  @Test
  @DisplayName("Each program is a row: what runs, how often, or why not")
  void rows() throws IOException {
    BpfNodeStatus status =
        new BpfNodeStatus(
            1L,
            "1",
            "1 attached, 1 failed",
            null,
            List.of(
                program(
                    "good", State.Attached, null, null, function(30.0, 100), function(10.0, 200)),
                program(
                    "half",
                    State.Attached,
                    null,
                    null,
                    function(1.0, 100),
                    new FunctionState("on_kp", null, null, null, null)
                        .without(Reason.Incompatible, "this kernel has no kprobe")),
                program("new", State.Attached, null, "map hits began empty: max_entries 8 → 9"),
                program("bad", State.Failed, Reason.VerifierRejected, "f: R0 is bad\n  | log")));
    new ObjectMapper().writeValue(ServeOptions.statusFile(stateDir).toFile(), status);
    Ran ran = Ran.skep("status", "--state-dir", stateDir.toString());
    assertThat(ran.err()).contains("no daemon runs with " + stateDir).hasLineCount(1);
    assertThat(ran.out())
        .isEqualTo(
            """
            NAMESPACE  NAME  STATE     REVISION  LINKS  RUNS/S  NS/RUN  MESSAGE
            ns         good  Attached  r         2      40.0    125
            ns         half  Attached  r         1      1.0     100     without on_kp: this kernel has no kprobe
            ns         new   Attached  r         0                      map hits began empty: max_entries 8 → 9
            ns         bad   Failed    r         0                      VerifierRejected: f: R0 is bad
            """);
  }

  @Test
  @DisplayName("Each manifest that is refused is a row: the file, and why")
  void refused() throws IOException {
    StatusFile file = new StatusFile(ServeOptions.statusFile(stateDir));
    file.refused(Map.of("b.yaml", "spec is missing", "a.yaml", "unknown field spce"));
    file.write(
        new BpfNodeStatus(
            1L, "1", "1 attached", null, List.of(program("good", State.Attached, null, null))));

    assertThat(Ran.skep("status", "--state-dir", stateDir.toString()).out())
        .isEqualTo(
            """
            NAMESPACE  NAME  STATE     REVISION  LINKS  RUNS/S  NS/RUN  MESSAGE
            ns         good  Attached  r         0

            MANIFEST  REFUSED
            a.yaml    unknown field spce
            b.yaml    spec is missing
            """);
    assertThat(Ran.skep("status", "-o", "yaml", "--state-dir", stateDir.toString()).out())
        .contains("summary: 1 attached\n", "refusedManifests:\n  a.yaml: unknown field spce\n");
  }

  @Test
  @DisplayName("Without a daemon's status the exit is 3, and the line says who writes it")
  void none() {
    Ran ran = Ran.skep("status", "--state-dir", stateDir.toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(ran.err()).contains("skep serve --manifests").hasLineCount(1);
  }

  private static ProgramState program(
      String name, State state, Reason reason, String message, FunctionState... functions) {
    return new ProgramState(
        "ns", name, "r", state, reason, message, null, List.of(functions), List.of());
  }

  private static FunctionState function(double runs, long nanoseconds) {
    return new FunctionState(
        "f", 1, List.of(new LinkState(1, "tracepoint a/b")), runs, nanoseconds);
  }
}
