package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Messages or streams of the sockets in a map, which holds one program of each kind. Without a link
 * also where the kernel has one (6.10): the map is ours, its slot is changed in place, and so every
 * kernel goes the same way. A socket keeps the programs that the map had when it was put in.
 */
record SockmapHook(Sockmap hook, Host host) implements KeptHook {
  @Override
  public Optional<Failure> missing() {
    return Optional.empty();
  }

  private static int kind(LoadedProgram program) {
    return switch (program.section()) {
      case "sk_msg" -> AttachType.SK_MSG_VERDICT;
      case "sk_skb/stream_parser" -> AttachType.SK_SKB_STREAM_PARSER;
      case "sk_skb/stream_verdict" -> AttachType.SK_SKB_STREAM_VERDICT;
      case "sk_skb/verdict" -> AttachType.SK_SKB_VERDICT;
      default ->
          throw new Refusal(
              Reason.WrongAttachType,
              "sockmap: SEC(\"%s\") does not say for what: sk_msg, sk_skb/stream_parser, sk_skb/stream_verdict or sk_skb/verdict"
                  .formatted(program.section()));
    };
  }

  @Override
  public String attach(LoadedProgram program) {
    int kind = kind(program);
    try (Fd map = program.map(hook.map())) {
      int mine = id(program);
      List<Integer> there = host.programs().attached(map, kind);
      if (!there.isEmpty() && !there.contains(mine)) {
        throw new Refusal(
            Reason.HookBusy,
            "map %s has a program in SEC(\"%s\") already%s, and a map has one of each"
                .formatted(hook.map(), program.section(), owner(there.getFirst())));
      }
      host.programs().attach(program.fd(), map, kind);
      return hook.map();
    } catch (NativeError e) {
      if (e.errno() == Errno.EINVAL || e.errno() == Errno.EOPNOTSUPP) {
        throw new Refusal(
            Reason.WrongAttachType,
            "sockmap.map: %s is no map of sockets, type sockmap or sockhash, or this kernel does not take SEC(\"%s\") (%s)"
                .formatted(hook.map(), program.section(), e.getMessage()),
            e);
      }
      throw e;
    }
  }

  private String owner(int program) {
    return host.owner().apply(program).map(name -> ", of " + name).orElse("");
  }

  private int id(LoadedProgram program) {
    return host.libbpf().programInfo(program.fd()).id();
  }

  @Override
  public OptionalInt attached(String kept, LoadedProgram program) {
    try (Fd map = program.map(hook.map())) {
      int mine = id(program);
      return host.programs().attached(map, kind(program)).stream()
          .filter(id -> id == mine)
          .mapToInt(Integer::intValue)
          .findFirst();
    } catch (Refusal gone) {
      return OptionalInt.empty();
    }
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  /** In the map of the new load, which is the old one's where that was carried over. */
  @Override
  public void replace(String kept, LoadedProgram by) {
    try (Fd map = by.map(hook.map())) {
      host.programs().attach(by.fd(), map, kind(by));
    }
  }

  @Override
  public void detach(String kept, LoadedProgram program) {
    try (Fd map = program.map(hook.map())) {
      host.programs().detach(program.fd(), map, kind(program));
    } catch (Refusal gone) {
      // Without its map no program is attached to it.
    } catch (NativeError e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }
}
