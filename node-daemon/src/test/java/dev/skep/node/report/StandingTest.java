package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.plan.Desired;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final LoadKey KEY = new LoadKey("ns", "p", "new");
  private static final LoadKey OLD = new LoadKey("ns", "p", "old");
  private static final WantedLink OPEN = WantedLink.of("on", new Tracepoint("a/open"));
  private static final Desired DESIRED = new Desired(KEY, Set.of("on", "a", "b"), List.of(OPEN));

  @Test
  @DisplayName("each function that something is wrong with says what")
  void eachFunction() {
    ProgramState row =
        row(
            load(KEY),
            Failure.of(Reason.InterfaceNotFound, "no eth7", "a"),
            Failure.of(Reason.InterfaceNotFound, "no eth8", "a"),
            Failure.of(Reason.BinaryNotFound, "no app", "b"));

    assertThat(row.state()).isEqualTo(State.Pending);
    assertThat(row.functions())
        .extracting(FunctionState::function, FunctionState::reason, FunctionState::message)
        .containsExactly(
            tuple("a", Reason.InterfaceNotFound, "no eth7; no eth8"),
            tuple("b", Reason.BinaryNotFound, "no app"),
            tuple("on", null, null));
  }

  @Test
  @DisplayName("a failure before the new load says that the old one goes on, and marks none of it")
  void oldGoesOn() {
    ProgramState row = row(load(OLD), Failure.of(Reason.VerifierRejected, "no bound", "on"));

    assertThat(row.message()).isEqualTo("no bound; what was attached before goes on running");
    assertThat(row.functions()).extracting(FunctionState::reason).containsOnlyNulls();
  }

  @Test
  @DisplayName("a new load that cannot be attached says that the old one goes on")
  void oldGoesOnBeside() {
    ObservedLoad loaded =
        new ObservedLoad(KEY, Map.of("on", 4, "a", 5, "b", 6), List.of(), List.of());

    assertThat(row(List.of(load(OLD), loaded), Failure.of(Reason.MapFull, "full")).message())
        .isEqualTo("full; what was attached before goes on running");
    assertThat(row(loaded, Failure.of(Reason.MapFull, "full")).message()).isEqualTo("full");
  }

  @Test
  @DisplayName("a map that cannot be filled leaves what is attached, and says so")
  void itGoesOn() {
    ProgramState row = row(load(KEY), Failure.of(Reason.MapFull, "map m is full"));

    assertThat(row.message()).isEqualTo("map m is full; it is attached and goes on running");
  }

  @Test
  @DisplayName("a map that lost what it held is named, unless something is wrong")
  void emptied() {
    ObservedLoad load = load(KEY);
    ObservedLoad emptied =
        new ObservedLoad(
            KEY,
            load.programs(),
            load.maps(),
            load.links(),
            Map.of("hits", "value_size 8 → 16", "flows", "type hash → array"));

    assertThat(row(emptied).state()).isEqualTo(State.Attached);
    assertThat(row(emptied).message())
        .isEqualTo(
            "map flows began empty: type hash → array; map hits began empty: value_size 8 → 16");
    assertThat(row(emptied, Failure.of(Reason.MapFull, "map m is full")).message())
        .isEqualTo("map m is full; it is attached and goes on running");
  }

  private static ProgramState row(ObservedLoad observed, Failure... failures) {
    return row(List.of(observed), failures);
  }

  private static ProgramState row(List<ObservedLoad> observed, Failure... failures) {
    return Standing.of(
        new AssignedRevision("ns", "p", "p-1"),
        Mode.Attach,
        Optional.of(DESIRED),
        observed,
        List.of(failures));
  }

  private static ObservedLoad load(LoadKey key) {
    return new ObservedLoad(
        key,
        Map.of("on", 1, "a", 2, "b", 3),
        List.of(),
        List.of(new ObservedLink(key, "on", OPEN.hook(), OPEN.target(), List.of(7), true)));
  }
}
