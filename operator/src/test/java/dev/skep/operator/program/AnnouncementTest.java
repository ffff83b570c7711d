package dev.skep.operator.program;

import static dev.skep.operator.program.Fixture.node;
import static dev.skep.operator.program.Fixture.revision;
import static dev.skep.operator.program.Fixture.state;
import static dev.skep.operator.program.Fixture.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
  private final BpfRevision revision = revision("p-1", Mode.Attach);
  private final Candidate admitted = new Candidate.Admitted(revision);
  private final BpfProgramStatus empty = Statuses.of(Fixture.program(null));
  private final BpfProgramStatus ready =
      summary(null, admitted, revision, node("a", state("p-1", State.Attached)));
  private final BpfProgramStatus failed =
      summary(
          ready,
          admitted,
          revision,
          node("a", state("p-1", State.Failed, Reason.AttachFailed, "busy")));

  @Test
  @DisplayName("a healthy apply says in one line which revision is attached where")
  void firstApply() {
    assertThat(Announcement.between(empty, ready))
        .containsExactly(
            new Announcement(
                false, "Attached", "revision p-1 attached on 1 of 1 nodes, from image sha256:d"));
  }

  @Test
  @DisplayName("where nodes take their time, the new revision is said before they are done")
  void slowApply() {
    BpfProgramStatus rolling = summary(null, admitted, revision, node("a", null));
    assertThat(Announcement.between(empty, rolling))
        .extracting(Announcement::reason)
        .containsExactly("RollingOut");
    assertThat(Announcement.between(rolling, ready))
        .extracting(Announcement::reason)
        .containsExactly("Attached");
  }

  @Test
  @DisplayName("a revision that no node is told to run goes nowhere")
  void noNodes() {
    BpfProgramStatus nowhere = summary(null, admitted, revision);
    assertThat(Announcement.between(empty, nowhere)).isEmpty();
    assertThat(Announcement.between(nowhere, ready))
        .extracting(Announcement::reason)
        .containsExactly("Attached");
  }

  @Test
  @DisplayName("a failure is said once, not at every attempt")
  void failureOnce() {
    assertThat(Announcement.between(ready, failed))
        .containsExactly(new Announcement(true, "AttachFailed", "busy (on a)"));
    assertThat(Announcement.between(failed, failed)).isEmpty();
  }

  @Test
  @DisplayName("that all is well again is said")
  void recovered() {
    assertThat(Announcement.between(failed, ready))
        .extracting(Announcement::reason)
        .containsExactly("Attached");
  }
}
