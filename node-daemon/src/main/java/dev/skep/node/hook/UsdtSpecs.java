package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.MapInfo;
import dev.skep.node.libbpf.MapWriter;
import dev.skep.node.libbpf.MapWriter.Entry;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.UsdtArgument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where programs find a static probe's arguments: the array __bpf_usdt_specs that libbpf's
 * usdt.bpf.h puts into an object, whose slot the attach cookie names. Slots are never given back,
 * for nobody knows who still reads one; the same arguments with the same cookie share one.
 */
final class UsdtSpecs {
  static final String MAP = "__bpf_usdt_specs";

  // struct __bpf_usdt_spec of usdt.bpf.h
  private static final int ARGUMENT = 16;
  private static final int COOKIE = 12 * ARGUMENT;
  private static final int COUNT = COOKIE + 8;
  private static final int SIZE = COUNT + 8;

  /** In what C leaves unused at the end: a probe without arguments is all zeros otherwise. */
  private static final int TAKEN = SIZE - 1;

  /** Programs may share the map, and two of them are not to take the same slot. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final Libbpf libbpf;

  UsdtSpecs(Libbpf libbpf) {
    this.libbpf = libbpf;
  }

  /** The slots for each of these, in their order, which may be the same. */
  List<Integer> slots(LoadedProgram program, List<List<UsdtArgument>> all, long cookie) {
    ONE_AT_A_TIME.lock();
    try (Fd map = open(program);
        MapWriter specs = libbpf.writer(map)) {
      MapInfo info = specs.info();
      if (info.valueSize() != SIZE || info.keySize() != 4) {
        throw new Refusal(
            Reason.Incompatible,
            "map %s has values of %d bytes where usdt.bpf.h of libbpf 1.x has %d: build the object with that"
                .formatted(MAP, info.valueSize(), SIZE));
      }
      return all.stream().map(arguments -> slot(specs, encode(arguments, cookie))).toList();
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private static Fd open(LoadedProgram program) {
    try {
      return program.maps().apply(MAP);
    } catch (NativeError e) {
      throw new Refusal(
          Reason.Incompatible,
          "the object has no map %s: include <bpf/usdt.bpf.h> and read the probe's arguments by it"
              .formatted(MAP),
          e);
    }
  }

  private static int slot(MapWriter specs, byte[] spec) {
    for (int slot = 0; slot < specs.info().maxEntries(); slot++) {
      byte[] key = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(slot).array();
      Optional<byte[]> there = specs.get(key);
      if (there.isPresent() && Arrays.equals(there.get(), spec)) {
        return slot;
      }
      if (there.isPresent() && there.get()[TAKEN] == 0) {
        specs.put(List.of(new Entry(key, spec)));
        return slot;
      }
    }
    throw new Refusal(
        Reason.MapFull,
        "map %s has no slot left of %d: build the object with a larger BPF_USDT_MAX_SPEC_CNT"
            .formatted(MAP, specs.info().maxEntries()));
  }

  private static byte[] encode(List<UsdtArgument> arguments, long cookie) {
    ByteBuffer spec = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
    for (int i = 0; i < arguments.size(); i++) {
      UsdtArgument argument = arguments.get(i);
      spec.putLong(i * ARGUMENT, argument.value());
      spec.putInt(i * ARGUMENT + 8, argument.kind().ordinal());
      spec.putShort(i * ARGUMENT + 12, (short) argument.register());
      spec.put(i * ARGUMENT + 14, (byte) (argument.signed() ? 1 : 0));
      spec.put(i * ARGUMENT + 15, (byte) (64 - 8 * argument.size()));
    }
    spec.putLong(COOKIE, cookie);
    spec.putShort(COUNT, (short) arguments.size());
    spec.put(TAKEN, (byte) 1);
    return spec.array();
  }
}
