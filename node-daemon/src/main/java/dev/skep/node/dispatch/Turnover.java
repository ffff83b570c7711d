package dev.skep.node.dispatch;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Xdp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Builds what an interface shall run, and turns its link over to that. */
final class Turnover {
  private final Libbpf libbpf;
  private final Xdp xdp;
  private final ProgramPins programs;
  private final DispatcherObject object;
  private final Dispatchers dispatchers;

  Turnover(
      Libbpf libbpf,
      Xdp xdp,
      ProgramPins programs,
      DispatcherObject object,
      Dispatchers dispatchers) {
    this.libbpf = libbpf;
    this.xdp = xdp;
    this.programs = programs;
    this.object = object;
    this.dispatchers = dispatchers;
  }

  /** Builds what shall run, and turns the interface's link over to it. */
  void change(InterfacePins pins, InterfacePins.Running running, Members wanted) {
    int before = running.link().programId();
    Members after = loaded(wanted);
    if (after.equals(running.members())) {
      pins.removeAllBut(before);
      return;
    }
    try (Fd link = pins.link().orElseThrow()) {
      switch (after.list().size()) {
        case 0 -> {
          libbpf.detachLink(link);
          pins.clear();
        }
        case 1 -> {
          try (Fd program = program(after.list().getFirst())) {
            turnOver(pins, link, program, before, after, List.of());
          }
        }
        default -> {
          List<Fd> extensions = new ArrayList<>();
          try {
            after.list().forEach(member -> extensions.add(extension(member)));
            try (Dispatchers.Filled dispatcher = dispatchers.fill(after.config(), extensions)) {
              turnOver(pins, link, dispatcher.program(), before, after, dispatcher.slots());
            }
          } finally {
            extensions.forEach(Fd::close);
          }
        }
      }
    }
  }

  private void turnOver(
      InterfacePins pins, Fd link, Fd program, int before, Members after, List<Fd> slots) {
    int id = libbpf.programInfo(program).id();
    try {
      pins.write(id, after, slots);
      libbpf.updateLink(link, program);
    } catch (RuntimeException e) {
      if (id != before) {
        pins.remove(id);
      }
      throw e instanceof NativeError refused ? explained(refused, after) : e;
    }
    // A packet may be on its way through the old dispatcher: its members stay until it is out.
    xdp.awaitReaders();
    pins.removeAllBut(id);
  }

  /** Drivers refuse what cannot take packets as large as the interface's MTU allows. */
  private static RuntimeException explained(NativeError refused, Members after) {
    List<Member> linear = after.list().stream().filter(m -> !m.frags()).toList();
    if (linear.isEmpty() || linear.size() == after.list().size()) {
      return refused;
    }
    String names =
        linear.stream()
            .map(m -> m.program() + " " + m.function())
            .collect(Collectors.joining(", "));
    return new Refusal(
        Reason.AttachFailed,
        "the interface does not take what it shall run ("
            + refused.getMessage()
            + "): others there are SEC(\"xdp.frags\"), for large packets, and not "
            + names,
        refused);
  }

  /** Whether each of them can be put into a dispatcher. */
  boolean isSharing(Members members) {
    return members.list().stream()
        .map(programs::extension)
        .allMatch(
            extension -> {
              extension.ifPresent(Fd::close);
              return extension.isPresent();
            });
  }

  /** A load whose pins somebody removed by hand cannot be carried along. */
  Members loaded(Members members) {
    return new Members(members.list().stream().filter(this::isLoaded).toList());
  }

  private boolean isLoaded(Member member) {
    Optional<Fd> program = programs.program(member);
    program.ifPresent(Fd::close);
    return program.isPresent();
  }

  Fd program(Member member) {
    return programs
        .program(member)
        .orElseThrow(() -> new Refusal(Reason.InternalError, member.function() + " is not loaded"));
  }

  Fd extension(Member member) {
    return programs
        .extension(member)
        .orElseThrow(
            () ->
                new Refusal(
                    Reason.InterfaceBusy,
                    "BpfProgram "
                        + member.program()
                        + ": "
                        + member.function()
                        + " cannot share an interface: "
                        + object
                            .lacking()
                            .map(Failure::message)
                            .orElse("the kernel does not load it as a freplace program")));
  }
}
