package dev.skep.node.dispatch;

import dev.skep.node.libbpf.Xdp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a dispatcher is loaded with: struct xdp_dispatcher_config of the libxdp protocol, in its
 * versions 2 (libxdp before 1.5) and 3.
 *
 * @param version of the layout
 * @param slots the programs in the order in which they run
 */
record DispatcherConfig(int version, List<Slot> slots) {
  static final int SLOTS = 10;
  static final int NEWEST = 3;

  private static final int OLDEST = 2;
  private static final int MAGIC = 236;

  /** What a slot answers that nothing was put in: gone on from always. */
  private static final int EMPTY = 1 << 31;

  private static final int HEAD_BYTES = 4;

  /**
   * One program.
   *
   * @param proceedOn bit n: go on when it answered n
   * @param priority lower runs first
   * @param frags it knows packets of more than one piece
   */
  record Slot(int proceedOn, int priority, boolean frags) {}

  DispatcherConfig {
    slots = List.copyOf(slots);
    if (slots.size() > SLOTS) {
      throw new IllegalArgumentException(slots.size() + " slots");
    }
  }

  /** Whether the dispatcher may see packets of more than one piece: if all its programs may. */
  boolean frags() {
    return !slots.isEmpty() && slots.stream().allMatch(Slot::frags);
  }

  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate(size(version)).order(ByteOrder.nativeOrder());
    bytes.put((byte) MAGIC).put((byte) version).put((byte) slots.size());
    bytes.put((byte) (frags() ? 1 : 0));
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      bytes.putInt(at(0, i), slot.proceedOn() | EMPTY);
      bytes.putInt(at(1, i), slot.priority());
      bytes.putInt(at(2, i), slot.frags() ? Xdp.HAS_FRAGS : 0);
    }
    return bytes.array();
  }

  /** Empty for what is no dispatcher's, or one of a version that we do not know. */
  static Optional<DispatcherConfig> decode(byte[] constants) {
    if (constants.length < HEAD_BYTES || Byte.toUnsignedInt(constants[0]) != MAGIC) {
      return Optional.empty();
    }
    int version = constants[1];
    int count = constants[2];
    if (version < OLDEST
        || version > NEWEST
        || constants.length != size(version)
        || count < 0
        || count > SLOTS) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(constants).order(ByteOrder.nativeOrder());
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.add(
          new Slot(
              bytes.getInt(at(0, i)) & ~EMPTY,
              bytes.getInt(at(1, i)),
              (bytes.getInt(at(2, i)) & Xdp.HAS_FRAGS) != 0));
    }
    return Optional.of(new DispatcherConfig(version, slots));
  }

  /** Three arrays of one number a slot follow the head. */
  private static int at(int array, int slot) {
    return HEAD_BYTES + (array * SLOTS + slot) * Integer.BYTES;
  }

  /** Version 3 has one more byte, is_xdp_devbound, which is padded. */
  private static int size(int version) {
    return at(3, 0) + (version >= 3 ? Integer.BYTES : 0);
  }
}
