package dev.skep.node.kernel;

import dev.skep.artifact.btf.KernelTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * The running kernel's own types. Answers are kept, the types are not, which take 10 MB; a module's
 * are looked through only for what the kernel itself has not.
 */
final class KernelBtf {
  private static final Path FOLDER = Path.of("/sys/kernel/btf");
  private static final String VMLINUX = "vmlinux";

  private final Path folder;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, Boolean> there = new TreeMap<>();

  /** Of the modules that were looked through: name → file. */
  private Map<String, Object> modules = Map.of();

  KernelBtf() {
    this(FOLDER);
  }

  KernelBtf(Path folder) {
    this.folder = folder;
  }

  boolean isThere() {
    return Files.isReadable(folder.resolve(VMLINUX));
  }

  /**
   * The id of a function or type of the kernel itself, 0 when it has none.
   *
   * @param all names that may be asked for next, to be looked up with it
   */
  synchronized int id(String name, Collection<String> all) {
    if (!ids.containsKey(name) && isThere()) {
      // Read first: what cannot be read now, for want of descriptors, says nothing of the kernel.
      Map<String, List<Integer>> read = read(VMLINUX, null).ids(all);
      all.forEach(n -> ids.put(n, 0));
      read.forEach((n, found) -> ids.put(n, found.getLast()));
    }
    return ids.getOrDefault(name, 0);
  }

  /**
   * Those of these that neither the kernel nor a loaded module has.
   *
   * @param names functions, types, fields (task_struct.pid) and enumerators (enum:VALUE)
   */
  synchronized List<String> missing(Collection<String> names) {
    if (isThere() && names.stream().anyMatch(name -> !there.getOrDefault(name, false))) {
      seeModules();
    }
    List<String> open =
        new ArrayList<>(names.stream().filter(name -> !there.containsKey(name)).toList());
    if (!open.isEmpty() && isThere()) {
      KernelTypes kernel = read(VMLINUX, null);
      answer(open, kernel);
      for (String module : open.isEmpty() ? Set.<String>of() : modules.keySet()) {
        answer(open, read(module, kernel));
      }
      open.forEach(name -> there.put(name, false));
    }
    return names.stream().filter(name -> !there.getOrDefault(name, true)).toList();
  }

  /** What was lacking may have come with a module that was loaded since. */
  private void seeModules() {
    Map<String, Object> now = modules();
    if (!now.equals(modules)) {
      there.values().removeIf(has -> !has);
      modules = now;
    }
  }

  private void answer(List<String> open, KernelTypes types) {
    Map<String, List<Integer>> found = types.ids(open.stream().map(KernelBtf::typeOf).toList());
    open.removeIf(
        name -> {
          boolean has =
              found.getOrDefault(typeOf(name), List.of()).stream()
                  .anyMatch(id -> has(types, id, name.substring(typeOf(name).length())));
          if (has) {
            there.put(name, true);
          }
          return has;
        });
  }

  private static String typeOf(String name) {
    return name.split("[.:]", 2)[0];
  }

  private static boolean has(KernelTypes types, int id, String rest) {
    if (rest.startsWith(":")) {
      int kind = types.kind(id);
      return (kind == KernelTypes.ENUM || kind == KernelTypes.ENUM64)
          && types.hasValue(id, rest.substring(1));
    }
    OptionalInt at = OptionalInt.of(id);
    for (String member : rest.isEmpty() ? new String[0] : rest.substring(1).split("\\.")) {
      at = at.isPresent() ? types.member(at.getAsInt(), member) : at;
    }
    return at.isPresent() && types.kind(id) != KernelTypes.DECLARED;
  }

  private Map<String, Object> modules() {
    Map<String, Object> found = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.equals(VMLINUX)) {
          // One that is loaded anew has another file of the same name.
          found.put(name, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private KernelTypes read(String file, KernelTypes base) {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(file));
      return base == null ? KernelTypes.ofKernel(bytes) : base.module(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
