package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.BpfRevisionSpec.Needs;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.BtfType;
import dev.skep.artifact.btf.BtfType.Array;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.CoreRelocation;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.elf.ElfSymbol;
import dev.skep.artifact.inspect.CodeUse.Functions;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What each program of an object asks of the kernel, by itself.
 *
 * <p>What the code asks about before it uses it (bpf_core_field_exists and its like) is no need,
 * nor are the flavours of a type (task_struct___old), which are there for kernels that differ.
 */
final class FunctionNeeds {
  private static final String HELPER_PREFIX = "BPF_FUNC_";

  /** An object of more is looked through by the kernel that loads it, and by nobody before. */
  private static final int MOST_PROGRAMS = 256;

  private static final long MOST_LOOKS = 10_000_000;

  private final Btf btf;
  private final List<CoreRelocation> relocations;
  private final Map<String, ObjectMap> maps;

  /** libbpf looks for all of them, whichever programs are loaded; not for those it does without. */
  private final List<String> kfuncs;

  private FunctionNeeds(ElfObject elf, Btf btf, List<ObjectMap> maps) {
    this.btf = btf;
    this.relocations = KernelNeeds.relocations(elf);
    this.maps = maps.stream().collect(Collectors.toMap(ObjectMap::name, m -> m, (a, b) -> a));
    Set<String> weak =
        elf.symbols().stream()
            .filter(s -> s.section() == 0 && s.binding() == ElfSymbol.WEAK)
            .map(ElfSymbol::name)
            .collect(Collectors.toSet());
    this.kfuncs =
        KernelNeeds.kfuncs(btf).stream().filter(k -> !weak.contains(k)).limit(Needs.MOST).toList();
  }

  /** The needs of each function. */
  static Map<String, Needs> read(
      ElfObject elf, Btf btf, List<ObjectProgram> programs, List<ObjectMap> maps) {
    FunctionNeeds needs = new FunctionNeeds(elf, btf, maps);
    if (programs.size() > MOST_PROGRAMS
        || (long) programs.size() * needs.relocations.size() > MOST_LOOKS) {
      return Map.of();
    }
    Map<String, ObjectProgram> byName =
        programs.stream().collect(Collectors.toMap(ObjectProgram::function, p -> p, (a, b) -> a));
    Functions functions = new Functions(elf);
    Map<String, Needs> byFunction = new HashMap<>();
    for (ElfSymbol symbol : elf.symbols()) {
      ObjectProgram program = symbol.isLocal() ? null : byName.get(symbol.name());
      if (program != null) {
        byFunction.put(program.function(), needs.of(functions.of(symbol), program));
      }
    }
    return Map.copyOf(byFunction);
  }

  private Needs of(CodeUse use, ObjectProgram program) {
    Set<String> asked = new HashSet<>();
    Set<String> types = new TreeSet<>();
    List<CoreRelocation> here =
        relocations.stream().filter(r -> use.reaches(r.section(), r.place())).toList();
    here.stream().filter(CoreRelocation::asksWhether).forEach(r -> asked.addAll(names(r)));
    here.stream()
        .filter(r -> r.asksTheKernel() && !r.asksWhether())
        .filter(r -> names(r).stream().noneMatch(asked::contains))
        .forEach(r -> named(r).ifPresent(types::add));
    return new Needs(
        use.maps.stream()
            .map(maps::get)
            .filter(Objects::nonNull)
            .map(ObjectMap::type)
            .distinct()
            .sorted()
            .toList(),
        use.helpers.stream()
            .map(HelperNames::of)
            .filter(name -> !asked.contains(name))
            .sorted()
            .limit(Needs.MOST)
            .toList(),
        kfuncs,
        types.stream().limit(Needs.MOST).toList(),
        !relocations.isEmpty()
            || !kfuncs.isEmpty()
            || program.type().targetsAtLoad()
            || program.type() == ProgramType.struct_ops,
        use.readsConstants);
  }

  /** The type that a relocation is about, and the helper where an enumerator stands for one. */
  private Set<String> names(CoreRelocation relocation) {
    String type = essential(btf.resolve(relocation.type()).name());
    Optional<String> value = enumerator(relocation);
    return value
        .filter(v -> v.startsWith(HELPER_PREFIX))
        .map(v -> Set.of("bpf_" + v.substring(HELPER_PREFIX.length())))
        .or(() -> value.map(v -> Set.of(type + ":" + v)))
        .orElse(Set.of(type));
  }

  /** What must be there in words: task_struct.mm.owner, bpf_func_id:BPF_FUNC_loop, or a type. */
  private Optional<String> named(CoreRelocation relocation) {
    String type = btf.resolve(relocation.type()).name();
    if (type.isEmpty() || type.contains("___")) {
      return Optional.empty();
    }
    return enumerator(relocation)
        .map(value -> type + ":" + value)
        .or(() -> Optional.of(type + fields(relocation)));
  }

  private Optional<String> enumerator(CoreRelocation relocation) {
    int[] path = path(relocation);
    return btf.resolve(relocation.type()) instanceof Enumeration e
            && path.length == 1
            && path[0] >= 0
            && path[0] < e.enumerators().size()
        ? Optional.of(essential(e.enumerators().get(path[0]).name()))
        : Optional.empty();
  }

  /** Its members by name, each after a dot; those without a name are looked through. */
  private String fields(CoreRelocation relocation) {
    StringBuilder fields = new StringBuilder();
    int[] path = path(relocation);
    int at = btf.resolveId(relocation.type());
    for (int i = 1; i < path.length; i++) {
      BtfType type = btf.resolve(at);
      if (type instanceof Array array) {
        at = array.element();
      } else if (type instanceof Composite composite
          && path[i] >= 0
          && path[i] < composite.members().size()) {
        String name = composite.members().get(path[i]).name();
        fields.append(name.isEmpty() ? "" : "." + name);
        at = composite.members().get(path[i]).type();
      } else {
        break;
      }
    }
    return fields.toString();
  }

  private static int[] path(CoreRelocation relocation) {
    return Arrays.stream(relocation.path().split(":"))
        .mapToInt(part -> part.matches("[0-9]{1,7}") ? Integer.parseInt(part) : -1)
        .toArray();
  }

  /** A name without the flavour that tells versions of a type apart. */
  private static String essential(String name) {
    int flavour = name.indexOf("___");
    return flavour > 0 ? name.substring(0, flavour) : name;
  }
}
