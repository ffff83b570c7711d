package dev.skep.node.libbpf;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * An object that libbpf has opened: struct bpf_object. What is loaded and not pinned when it is
 * closed is gone from the kernel. For the thread that opened it only.
 */
@SuppressWarnings("restricted") // the native border is crossed here
public final class BpfObject implements AutoCloseable {
  /** BPF_PROG_TYPE_EXT. */
  private static final int EXTENSION = 28;

  private final Arena arena;
  private final MemorySegment object;
  private final List<Program> programs = new ArrayList<>();
  private final List<MapDefinition> maps = new ArrayList<>();

  BpfObject(Arena arena, MemorySegment object) {
    this.arena = arena;
    this.object = object;
    for (MemorySegment p = ObjectCalls.nextProgram(object, NULL);
        !p.equals(NULL);
        p = ObjectCalls.nextProgram(object, p)) {
      programs.add(new Program(p));
    }
    for (MemorySegment m = ObjectCalls.nextMap(object, NULL);
        !m.equals(NULL);
        m = ObjectCalls.nextMap(object, m)) {
      maps.add(new MapDefinition(m));
    }
  }

  /** Its programs, in the order of the object. */
  public List<Program> programs() {
    return List.copyOf(programs);
  }

  /** Its maps, those of global variables among them. */
  public List<MapDefinition> maps() {
    return List.copyOf(maps);
  }

  /** Makes the maps and loads the programs; all or nothing. An object is loaded once. */
  public void load() {
    LibbpfLog.take();
    NativeLibbpf.check("bpf_object__load", ObjectCalls.load(object));
  }

  @Override
  public void close() {
    ObjectCalls.close(object);
    arena.close();
  }

  private static String text(MemorySegment pointer) {
    return pointer.reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** One program: struct bpf_program. */
  public final class Program {
    private final MemorySegment program;
    private MemorySegment log = NULL;

    private Program(MemorySegment program) {
      this.program = program;
    }

    public String name() {
      return text(ObjectCalls.programName(program));
    }

    /** Whether {@link BpfObject#load()} loads it. */
    public void setLoaded(boolean loaded) {
      NativeLibbpf.check("bpf_program__set_autoload", ObjectCalls.setAutoload(program, loaded));
    }

    /**
     * Loads it as a replacement of a function of another program (BPF_PROG_TYPE_EXT, freplace),
     * whose verifier rules it then has.
     *
     * @param target a loaded program with BTF
     * @param function a global function of it, with the same arguments
     */
    public void setReplacement(Fd target, String function) {
      NativeLibbpf.check("bpf_program__set_type", ObjectCalls.setType(program, EXTENSION));
      NativeLibbpf.check(
          "bpf_program__set_expected_attach_type", ObjectCalls.setExpectedAttachType(program, 0));
      NativeLibbpf.check(
          "bpf_program__set_attach_target " + function,
          ObjectCalls.setAttachTarget(program, target.number(), arena.allocateFrom(function)));
    }

    /**
     * Loads it for a function, tracepoint, LSM hook or iterator of the kernel, whatever its section
     * names.
     *
     * @throws NativeError ESRCH or ENOENT when the kernel's BTF has none of that name
     */
    public void setTarget(String name) {
      LibbpfLog.take();
      NativeLibbpf.check(
          "bpf_program__set_attach_target " + name,
          ObjectCalls.setAttachTarget(program, 0, arena.allocateFrom(name)));
    }

    /**
     * Says what kind of program it is, where libbpf may not know its section.
     *
     * @param type enum bpf_prog_type
     * @param attachType enum bpf_attach_type
     */
    public void setKind(int type, int attachType) {
      NativeLibbpf.check("bpf_program__set_type", ObjectCalls.setType(program, type));
      NativeLibbpf.check(
          "bpf_program__set_expected_attach_type",
          ObjectCalls.setExpectedAttachType(program, attachType));
    }

    /** Flags of BPF_PROG_LOAD (linux/bpf.h, BPF_F_…). */
    public void setFlags(int flags) {
      NativeLibbpf.check("bpf_program__set_flags", ObjectCalls.setFlags(program, flags));
    }

    /** Lets the verifier write its log of this program to memory of ours. */
    public void keepLog(int level, int bytes) {
      log = arena.allocate(bytes);
      NativeLibbpf.check("bpf_program__set_log_buf", ObjectCalls.setLogBuffer(program, log, bytes));
      NativeLibbpf.check("bpf_program__set_log_level", ObjectCalls.setLogLevel(program, level));
    }

    /** What the verifier wrote; empty when it wrote nothing, or was not asked to. */
    public String log() {
      return log.equals(NULL) ? "" : log.getString(0);
    }

    /** Its descriptor once it is loaded, closed with the object; negative when it was left out. */
    public int fd() {
      return ObjectCalls.programFd(program);
    }

    /** A descriptor of its own, for the caller to close: the program outlives the object. */
    public Fd duplicate() {
      return NativeXdp.duplicate(fd());
    }
  }

  /** One map: struct bpf_map. */
  public final class MapDefinition {
    private final MemorySegment map;

    /** Kept, since libbpf gives a map that it reuses the name that map has in the kernel. */
    private final String name;

    private MapDefinition(MemorySegment map) {
      this.map = map;
      String libbpfs = text(ObjectCalls.mapName(map));
      this.name =
          ObjectCalls.isInternal(map)
              ? libbpfs.substring(Math.max(0, libbpfs.indexOf('.')))
              : libbpfs;
      // Where things are pinned is ours to say, not the object's (LIBBPF_PIN_BY_NAME).
      NativeLibbpf.check("bpf_map__set_pin_path", ObjectCalls.setPinPath(map, NULL));
    }

    /**
     * Its name in the object, e.g. opens, .bss, .data.tuning. libbpf puts the object's name before
     * those of the plain sections.
     */
    public String name() {
      return name;
    }

    /** It holds global variables. */
    public boolean internal() {
      return ObjectCalls.isInternal(map);
    }

    public MapInfo shape() {
      return new MapInfo(
          ObjectCalls.mapType(map),
          0,
          ObjectCalls.keySize(map),
          ObjectCalls.valueSize(map),
          ObjectCalls.maxEntries(map),
          ObjectCalls.mapFlags(map));
    }

    /** A table of functions that the kernel calls: struct_ops. */
    public boolean isTable() {
      return ObjectCalls.mapType(map) == FunctionTables.MAP_TYPE;
    }

    /** Lets the map of a table take links, or not, whatever its section says. */
    public void setLinked(boolean linked) {
      int others = ObjectCalls.mapFlags(map) & ~NativeNetworkLinks.LINK;
      NativeLibbpf.check(
          "bpf_map__set_map_flags",
          ObjectCalls.setMapFlags(map, linked ? others | NativeNetworkLinks.LINK : others));
    }

    /** Whether {@link BpfObject#load()} makes it. */
    public void setMade(boolean made) {
      NativeLibbpf.check("bpf_map__set_autocreate", ObjectCalls.setAutocreate(map, made));
    }

    public void setMaxEntries(int entries) {
      NativeLibbpf.check("bpf_map__set_max_entries", ObjectCalls.setMaxEntries(map, entries));
    }

    /** Uses a map that is in the kernel already instead of making one. */
    public void reuse(Fd existing) {
      NativeLibbpf.check("bpf_map__reuse_fd", ObjectCalls.reuseFd(map, existing.number()));
    }

    /** Uses the map that another opening of the object made. */
    public void reuse(MapDefinition made) {
      NativeLibbpf.check("bpf_map__reuse_fd", ObjectCalls.reuseFd(map, made.fd()));
    }

    /** Writes into the first contents of a map of global variables, before the object is loaded. */
    public void write(int offset, byte[] bytes) {
      MemorySegment size = arena.allocate(JAVA_LONG);
      MemorySegment contents = ObjectCalls.initialValue(map, size);
      if (contents.equals(NULL)) {
        throw new IllegalStateException("map " + name() + " has no first contents");
      }
      MemorySegment.copy(
          bytes,
          0,
          contents.reinterpret(size.get(JAVA_LONG, 0)),
          ValueLayout.JAVA_BYTE,
          offset,
          bytes.length);
    }

    /** Its descriptor once the object is loaded, closed with the object; -1 when it is not made. */
    public int fd() {
      // libbpf 1.4 keeps a number for each map, whether a map is behind it or not.
      return ObjectCalls.autocreate(map) ? ObjectCalls.mapFd(map) : -1;
    }
  }
}
