package dev.skep.node.dispatch;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.ProgramInfo;
import java.util.ArrayList;
import java.util.List;

/** The programs of a dispatcher, ours and others', in their order. */
final class LibxdpSlots implements AutoCloseable {
  private record Slot(DispatcherConfig.Slot config, Fd program, int id, String name) {}

  private final int version;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Fd> opened = new ArrayList<>();

  LibxdpSlots(int version) {
    this.version = version;
  }

  /** Has a descriptor closed with this. */
  Fd keep(Fd program) {
    opened.add(program);
    return program;
  }

  void add(Fd program, DispatcherConfig.Slot slot, ProgramInfo info) {
    slots.add(new Slot(slot, program, info.id(), info.name()));
  }

  /** By priority; of the same, by the program's name, as libxdp does. */
  void add(Fd program, Member member, ProgramInfo info) {
    var slot = new DispatcherConfig.Slot(member.proceedOn(), member.priority(), member.frags());
    int at = 0;
    while (at < slots.size() && !isBefore(member.priority(), info.name(), slots.get(at))) {
      at++;
    }
    if (slots.size() == DispatcherConfig.SLOTS) {
      throw new Refusal(
          Reason.InterfaceBusy,
          "libxdp's dispatcher on the interface runs "
              + DispatcherConfig.SLOTS
              + " programs already, and has no more slots");
    }
    slots.add(at, new Slot(slot, program, info.id(), info.name()));
  }

  private static boolean isBefore(int priority, String name, Slot other) {
    int others = other.config().priority();
    return priority < others || (priority == others && name.compareTo(other.name()) < 0);
  }

  void remove(int programId) {
    slots.removeIf(slot -> slot.id() == programId);
  }

  DispatcherConfig config() {
    return new DispatcherConfig(version, slots.stream().map(Slot::config).toList());
  }

  List<Fd> programs() {
    return slots.stream().map(Slot::program).toList();
  }

  @Override
  public void close() {
    opened.forEach(Fd::close);
  }
}
