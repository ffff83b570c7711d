package dev.skep.node.dispatch;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which programs an interface runs, in their order. Decisions only. */
record Members(List<Member> list) {
  static final Members NONE = new Members(List.of());

  Members {
    list = list.stream().sorted(Member.ORDER).toList();
  }

  Optional<Member> find(Member member) {
    return list.stream().filter(member::replaces).findFirst();
  }

  /** With a member more, or in the place of the one that it replaces. */
  Members with(Member joining) {
    List<Member> after = new ArrayList<>(list);
    after.removeIf(joining::replaces);
    after.add(joining);
    return new Members(after);
  }

  Members without(Member leaving) {
    return new Members(list.stream().filter(m -> !leaving.replaces(m)).toList());
  }

  /**
   * Refuses more than there are slots.
   *
   * @param place in words, for the message
   */
  void requireRoom(String place) {
    if (list.size() > DispatcherConfig.SLOTS) {
      throw new Refusal(
          Reason.InterfaceBusy,
          place
              + " runs "
              + DispatcherConfig.SLOTS
              + " XDP programs already, and a dispatcher has no more slots");
    }
  }

  /** What a dispatcher of ours is loaded with for them. */
  DispatcherConfig config() {
    List<DispatcherConfig.Slot> slots = new ArrayList<>();
    for (Member member : list) {
      // The answer of the last one is the packet's fate, whatever it is, as it is of one alone.
      boolean last = slots.size() == list.size() - 1;
      slots.add(
          new DispatcherConfig.Slot(
              last ? 0 : member.proceedOn(), member.priority(), member.frags()));
    }
    return new DispatcherConfig(DispatcherConfig.NEWEST, slots);
  }
}
