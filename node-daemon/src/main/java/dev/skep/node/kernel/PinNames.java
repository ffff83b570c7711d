package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.PinFolders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where things are pinned: {@code ROOT/NAMESPACE/NAME/LOAD/{programs,extensions,maps,links}/…}.
 * bpffs takes no dots in names, so a program's become {@code ~}, which Kubernetes allows in no
 * name.
 */
final class PinNames {
  static final String PROGRAMS = "programs";
  static final String MAPS = "maps";
  static final String LINKS = "links";

  /** XDP programs as they are put into dispatchers. */
  static final String EXTENSIONS = "extensions";

  /** What interfaces keep, in no namespace's folder: Kubernetes allows no _ in its name. */
  static final String INTERFACES = "_xdp";

  /** What the folder of a load is named while it is being filled. */
  private static final String STAGED = "~";

  /** The load's id, what a node adds to it, and whether it is being filled. */
  private static final Pattern LOAD = Pattern.compile("[0-9a-f]{10}(-[0-9a-f]{8})?~?");

  private static final List<String> SECTIONS = List.of("rodata", "data", "bss", "kconfig");

  private PinNames() {}

  static Path folder(Path root, LoadKey key) {
    return root.resolve(one(key.namespace()))
        .resolve(one(key.name().replace('.', '~')))
        .resolve(one(key.load()));
  }

  /** What comes from a resource names one folder: it must not lead out of ours. */
  static String one(String name) {
    if (name.isEmpty() || name.contains("/") || name.startsWith(".") || name.indexOf('\0') >= 0) {
      throw new Refusal(Reason.LoadFailed, "\"" + name + "\" is no name for a folder of pins");
    }
    return name;
  }

  static Path staged(Path root, LoadKey key) {
    Path folder = folder(root, key);
    return folder.resolveSibling(folder.getFileName() + STAGED);
  }

  /**
   * Whether a folder is as we make one for a load: named by its hashes, and nothing in it but
   * folders of our names. Others name theirs "links" too.
   */
  static boolean isLoad(Path folder) {
    return LOAD.matcher(folder.getFileName().toString()).matches()
        && List.of(PROGRAMS, EXTENSIONS, MAPS, LINKS).containsAll(PinFolders.names(folder));
  }

  static boolean isStaged(String folder) {
    return folder.endsWith(STAGED);
  }

  static LoadKey key(String namespace, String program, String load) {
    return new LoadKey(namespace, program.replace('~', '.'), load);
  }

  /** The pin of a map; those of global variables have a dot: .bss, .data.tuning. */
  static String ofMap(String map) {
    return map.replace('.', '_');
  }

  /** The map of a pin. A C identifier could be _bss too, but is not: it is reserved. */
  static String mapOf(String pin) {
    return section(pin).map(s -> "." + pin.substring(1).replaceFirst("_", ".")).orElse(pin);
  }

  private static Optional<String> section(String pin) {
    return SECTIONS.stream()
        .filter(s -> pin.equals("_" + s) || pin.startsWith("_" + s + "_"))
        .findFirst();
  }
}
