package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that kubectl describe shows as an Event.
 *
 * @param warning not as wanted
 * @param reason one word in CamelCase
 */
record Announcement(boolean warning, String reason, String message) {

  /** What is new in a status: each change once, however often its cause is tried again. */
  static List<Announcement> between(BpfProgramStatus before, BpfProgramStatus after) {
    List<Announcement> news = new ArrayList<>();
    Optional<Condition> ready = Conditions.find(after.conditions(), Conditions.READY);
    boolean isNew = after.revision() != null && !after.revision().equals(before.revision());
    boolean isReady = Conditions.isTrue(after.conditions(), Conditions.READY);
    // Where nodes answer at once, the next line says it all.
    if (isNew && !isReady && after.nodes().desired() > 0) {
      news.add(
          new Announcement(
              false,
              "RollingOut",
              "revision " + after.revision() + " goes to its nodes, from image " + after.digest()));
    }
    for (FailureGroup group : after.failures()) {
      if (before.failures().stream().noneMatch(g -> isSameCause(g, group))) {
        news.add(new Announcement(true, group.reason().name(), words(group)));
      }
    }
    if (isReady && (isNew || !Conditions.isTrue(before.conditions(), Conditions.READY))) {
      news.add(
          new Announcement(
              false,
              ready.orElseThrow().getReason(),
              "revision "
                  + after.revision()
                  + " "
                  + ready.orElseThrow().getMessage()
                  + ", from image "
                  + after.digest()));
    }
    return news;
  }

  private static boolean isSameCause(FailureGroup a, FailureGroup b) {
    return a.reason() == b.reason()
        && Objects.equals(a.function(), b.function())
        && Objects.equals(a.message(), b.message());
  }

  /** In one line, as kubectl shows events; status has the rest. */
  private static String words(FailureGroup group) {
    String cause = group.message().lines().findFirst().orElse("");
    return group.nodes() == null
        ? cause
        : cause + " (on " + String.join(", ", group.examples()) + ")";
  }
}
