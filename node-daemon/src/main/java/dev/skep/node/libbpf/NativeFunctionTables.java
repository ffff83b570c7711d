package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.LINK_CREATE_OPTS;
import static dev.skep.node.libbpf.NativeLibbpf.check;
import static dev.skep.node.libbpf.NativeLibbpf.options;
import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** Tables of functions, laid out as the kernel's BTF says. */
@SuppressWarnings("restricted") // the native border is crossed here
final class NativeFunctionTables implements FunctionTables {
  static final NativeFunctionTables INSTANCE = new NativeFunctionTables();

  /** Of enum bpf_attach_type. */
  private static final int STRUCT_OPS = 44;

  /** linux/btf.h */
  private static final int BTF_KIND_STRUCT = 4;

  // struct btf_type, and the struct btf_member that follow it: three words each.
  private static final int TYPE = 12;
  private static final int MEMBER = 12;

  // struct bpf_struct_ops_common_value, the first words of every value: refcnt, state.
  private static final int STATE = 4;
  private static final int STATE_INIT = 0;
  private static final int STATE_INUSE = 1;

  private NativeFunctionTables() {}

  @Override
  public KernelTable layout(String struct) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      MemorySegment btf = TypeCalls.ofKernel(errno);
      if (btf.equals(NULL)) {
        check("btf__load_vmlinux_btf", -NativeLibc.read(errno));
      }
      try {
        return layout(btf, struct, arena);
      } finally {
        XdpCalls.freeBtf(btf);
      }
    }
  }

  private record Member(String name, int type, int bitOffset, boolean bits) {}

  private static KernelTable layout(MemorySegment btf, String struct, Arena arena) {
    int value = find(btf, "bpf_struct_ops_" + struct, arena);
    Map<String, Member> parts = members(btf, value);
    Member data = parts.get("data");
    Map<String, KernelTable.Field> fields = new HashMap<>();
    members(btf, data.type())
        .forEach(
            (name, member) ->
                fields.put(
                    name,
                    new KernelTable.Field(
                        (data.bitOffset() + member.bitOffset()) / 8,
                        member.bits() ? 0 : TypeCalls.size(btf, member.type()))));
    return new KernelTable(TypeCalls.size(btf, value), fields);
  }

  private static int find(MemorySegment btf, String struct, Arena arena) {
    return check(
        "btf__find_by_name_kind " + struct,
        XdpCalls.findInBtf(btf, arena.allocateFrom(struct), BTF_KIND_STRUCT));
  }

  private static Map<String, Member> members(MemorySegment btf, int id) {
    MemorySegment type = TypeCalls.type(btf, id).reinterpret(TYPE);
    int shape = type.get(JAVA_INT, 4);
    int count = shape & 0xffff;
    boolean withBits = shape < 0;
    MemorySegment all = type.reinterpret(TYPE + (long) MEMBER * count);
    Map<String, Member> members = new HashMap<>();
    for (int i = 0; i < count; i++) {
      long at = TYPE + (long) MEMBER * i;
      int offset = all.get(JAVA_INT, at + 8);
      String name = TypeCalls.name(btf, all.get(JAVA_INT, at)).reinterpret(256).getString(0);
      members.put(
          name,
          new Member(
              name,
              all.get(JAVA_INT, at + 4),
              withBits ? offset & 0xffffff : offset,
              withBits && offset >>> 24 != 0));
    }
    return members;
  }

  @Override
  public void fill(Fd map, byte[] value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment only = arena.allocate(JAVA_INT);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, value);
      check("bpf_map_update_elem", MapCalls.update(map.number(), only, bytes, 0));
    }
  }

  @Override
  public Fd register(Fd map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, LINK_CREATE_OPTS);
      return new Fd(
          check("bpf_link_create", LibbpfCalls.linkCreate(map.number(), 0, STRUCT_OPS, options)));
    }
  }

  @Override
  public void update(Fd link, Fd map) {
    check("bpf_link_update", LibbpfCalls.linkUpdate(link.number(), map.number(), NULL));
  }

  @Override
  public boolean filled(Fd map) {
    return state(map) != STATE_INIT;
  }

  @Override
  public boolean registered(Fd map) {
    return state(map) == STATE_INUSE;
  }

  private static int state(Fd map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment only = arena.allocate(JAVA_INT);
      MemorySegment value = arena.allocate(Libbpf.get().mapInfo(map).valueSize());
      check("bpf_map_lookup_elem", LibbpfCalls.lookup(map.number(), only, value));
      return value.get(JAVA_INT, STATE);
    }
  }

  @Override
  public void unregister(Fd map) {
    try (Arena arena = Arena.ofConfined()) {
      check("bpf_map_delete_elem", MapCalls.delete(map.number(), arena.allocate(JAVA_INT)));
    }
  }
}
