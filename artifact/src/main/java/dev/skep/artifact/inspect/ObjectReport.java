package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfRevisionSpec.Needs;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.text.Names;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is in an eBPF object, as its ELF sections and its BTF say.
 *
 * @param licence text of the license section, or empty
 * @param programs its programs, in the order of the object
 * @param maps the maps it defines (not .rodata, .data, .bss)
 * @param globals its global variables, by DATASEC
 * @param tables tables of functions that the kernel calls (struct_ops)
 * @param needs what it asks of the kernel that loads it
 * @param functionNeeds the same of each function, by its name
 * @param btf its types
 */
public record ObjectReport(
    String licence,
    List<ObjectProgram> programs,
    List<ObjectMap> maps,
    List<ObjectGlobal> globals,
    List<ObjectTable> tables,
    KernelNeeds needs,
    Map<String, Needs> functionNeeds,
    Btf btf) {

  public Optional<ObjectProgram> program(String function) {
    return programs.stream().filter(p -> p.function().equals(function)).findFirst();
  }

  /** What is worth a look though the object can be loaded: sections that name no hook. */
  public List<String> warnings() {
    return programs.stream().flatMap(p -> p.unknownSection().stream()).toList();
  }

  public Optional<ObjectTable> table(String name) {
    return tables.stream().filter(t -> t.name().equals(name)).findFirst();
  }

  /** The first table that a function is in. */
  public Optional<ObjectTable> tableOf(String function) {
    return tables.stream().filter(t -> t.functions().contains(function)).findFirst();
  }

  public Optional<ObjectMap> map(String name) {
    return maps.stream().filter(m -> m.name().equals(name)).findFirst();
  }

  /** The variables of a section, e.g. .bss, which is a map to the kernel; none of another map. */
  public List<ObjectGlobal> globalsOf(String section) {
    return globals.stream().filter(g -> g.section().equals(section)).toList();
  }

  public Optional<ObjectGlobal> global(String name) {
    return globals.stream().filter(g -> g.name().equals(name)).findFirst();
  }

  /**
   * One program.
   *
   * @param function ELF symbol
   * @param section ELF section, e.g. tracepoint/syscalls/sys_enter_open, without a leading ?
   * @param type program type by the section's prefix
   * @param defaultAttach where the section says it is attached, or null when the section names no
   *     target (xdp, tc, perf_event, cgroup_skb/…)
   * @param autoload false when the section begins with ?: it is loaded only where asked for
   * @param instructions how many instructions, before linking of sub-programs
   */
  public record ObjectProgram(
      String function,
      String section,
      ProgramType type,
      Attach defaultAttach,
      boolean autoload,
      int instructions) {

    /** What is wrong with the name of a section whose programs cannot be attached, if it is so. */
    public Optional<String> unknownSection() {
      return type != ProgramType.other
          ? Optional.empty()
          : Optional.of(
              "%s is in SEC(\"%s\"), which names no hook%s"
                  .formatted(
                      function,
                      Names.shorten(section),
                      SectionName.nearest(section)
                          .map(near -> "; did you mean SEC(\"" + Names.shorten(near) + "\")?")
                          .orElse(" that can be attached; docs/hooks.md lists those that do")));
    }
  }

  /**
   * One map.
   *
   * @param type the kernel's name without BPF_MAP_TYPE_, in lower case: hash, percpu_array, …
   * @param keySize bytes, 0 where the type has no key
   * @param valueSize bytes, 0 where the type has no value
   * @param maxEntries as defined, 0 when left open
   * @param keyType BTF type id of the key, 0 when unknown
   * @param valueType BTF type id of the value, 0 when unknown
   * @param inner of a map of maps, what each of them is; else null
   */
  public record ObjectMap(
      String name,
      String type,
      int keySize,
      int valueSize,
      long maxEntries,
      int keyType,
      int valueType,
      ObjectMap inner) {
    public ObjectMap(
        String name,
        String type,
        int keySize,
        int valueSize,
        long maxEntries,
        int keyType,
        int valueType) {
      this(name, type, keySize, valueSize, maxEntries, keyType, valueType, null);
    }

    /** Whether its value is a map: array_of_maps, hash_of_maps. */
    public boolean holdsMaps() {
      return type.endsWith("_of_maps");
    }
  }

  /**
   * One global variable.
   *
   * @param section .rodata, .data, .bss or a named form of them
   * @param offset bytes from the section's start
   * @param size bytes
   * @param type BTF type id
   */
  public record ObjectGlobal(String name, String section, int offset, int size, int type) {}

  /**
   * One table of functions: a variable of .struct_ops or .struct_ops.link.
   *
   * @param type the kernel's struct, e.g. tcp_congestion_ops
   */
  public record ObjectTable(String name, String type, List<TableField> fields) {
    /** The functions in it, in the order of the struct. */
    public List<String> functions() {
      return fields.stream().map(TableField::function).filter(Objects::nonNull).distinct().toList();
    }
  }

  /**
   * One field of a table.
   *
   * @param function what it points to, or null
   * @param value its bytes, where it points to no function
   */
  public record TableField(String name, String function, List<Byte> value) {}
}
