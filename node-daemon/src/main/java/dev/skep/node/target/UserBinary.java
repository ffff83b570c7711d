package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.target.ElfFile.Symbol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/** An executable or library, by whose functions and static probes one attaches. */
public final class UserBinary {
  private static final int FUNCTION = 2;
  private static final int INDIRECT_FUNCTION = 10;

  /** Patterns that match more are mistakes. */
  public static final int MOST = 10_000;

  private static final Fruitless FRUITLESS = new Fruitless();

  private final Path file;

  public UserBinary(Path file) {
    this.file = file;
  }

  /** Why the file is not there, or empty when it is. */
  public Optional<Failure> missing() {
    return Files.isRegularFile(file)
        ? Optional.empty()
        : Optional.of(
            Failure.of(Reason.BinaryNotFound, "binary " + file + " does not exist on this node"));
  }

  /**
   * Where a function begins in the file.
   *
   * @throws Refusal SymbolNotFound, with what has nearly that name; BinaryNotFound when the file is
   *     not an ELF64 file
   */
  public long offsetOf(String symbol) {
    try (ElfFile elf = ElfFile.open(file)) {
      return elf.fileOffset(addresses(elf, Set.of(symbol)).get(symbol));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Where functions begin in the file, in the order of the names.
   *
   * @throws Refusal as {@link #offsetOf}
   */
  public List<Long> offsetsOf(List<String> symbols) {
    try (ElfFile elf = ElfFile.open(file)) {
      Set<Long> offsets = new TreeSet<>();
      for (long address : addresses(elf, Set.copyOf(symbols)).values()) {
        offsets.add(elf.fileOffset(address));
      }
      return List.copyOf(offsets);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Where the functions begin whose names match; a place that has several names is there once.
   *
   * @param pattern as {@link Glob} has it
   * @throws Refusal NoTarget when there is none, TooLarge when there are more than {@link #MOST}
   */
  public List<Long> offsetsMatching(String pattern) {
    return FRUITLESS.search(file + ":" + pattern, state(), () -> search(pattern));
  }

  /** Why a pattern matched nothing when it was last tried, and would not now. Cheap. */
  public Optional<Failure> unmatched(String pattern) {
    return FRUITLESS.known(file + ":" + pattern, state());
  }

  private String state() {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException absent) {
      return "";
    }
  }

  private List<Long> search(String pattern) {
    Glob names = new Glob(pattern);
    try (ElfFile elf = ElfFile.open(file)) {
      Set<Long> addresses = new TreeSet<>();
      elf.symbols(
          symbol -> {
            if (isFunction(symbol) && names.matches(symbol.name())) {
              addresses.add(symbol.address());
            }
          });
      if (addresses.isEmpty()) {
        throw new Refusal(
            Reason.NoTarget, "pattern %s matches no function of %s".formatted(pattern, file));
      }
      if (addresses.size() > MOST) {
        throw new Refusal(
            Reason.TooLarge,
            "pattern %s matches %d functions of %s, of which %d can be traced at once"
                .formatted(pattern, addresses.size(), file, MOST));
      }
      Set<Long> offsets = new TreeSet<>();
      for (long address : addresses) {
        offsets.add(elf.fileOffset(address));
      }
      return List.copyOf(offsets);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * A static probe, at each place of the file where it stands.
   *
   * @throws Refusal SymbolNotFound, with the probes that there are
   */
  public List<UsdtProbe> probes(String provider, String name) {
    try (ElfFile elf = ElfFile.open(file)) {
      return UsdtNotes.find(elf, file, provider, name);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static boolean isFunction(Symbol symbol) {
    return symbol.type() == FUNCTION || symbol.type() == INDIRECT_FUNCTION;
  }

  private Map<String, Long> addresses(ElfFile elf, Set<String> names) throws IOException {
    // One that other files see is what its name means; static ones may share a name.
    Map<String, Set<Long>> seen = new TreeMap<>();
    Map<String, Set<Long>> kept = new TreeMap<>();
    elf.symbols(
        symbol -> {
          if (isFunction(symbol) && names.contains(symbol.name())) {
            (symbol.global() ? seen : kept)
                .computeIfAbsent(symbol.name(), _ -> new TreeSet<>())
                .add(symbol.address());
          }
        });
    Map<String, Long> addresses = new TreeMap<>();
    for (String name : names) {
      Set<Long> places = seen.getOrDefault(name, kept.getOrDefault(name, Set.of()));
      if (places.size() != 1) {
        throw new Refusal(
            Reason.SymbolNotFound,
            places.isEmpty()
                ? notFound(elf, name)
                : "symbol %s stands at %d places of %s: name the offset of one"
                    .formatted(name, places.size(), file));
      }
      addresses.put(name, places.iterator().next());
    }
    return addresses;
  }

  private String notFound(ElfFile elf, String wanted) throws IOException {
    Set<String> near = new TreeSet<>();
    AtomicBoolean functions = new AtomicBoolean();
    AtomicBoolean variable = new AtomicBoolean();
    elf.symbols(
        symbol -> {
          if (!isFunction(symbol)) {
            variable.compareAndSet(false, symbol.name().equals(wanted));
            return;
          }
          functions.set(true);
          if (near.size() < MOST && Hint.mayBeNear(wanted, symbol.name())) {
            near.add(symbol.name());
          }
        });
    return "symbol "
        + wanted
        + " is no function of "
        + file
        + (!functions.get()
            ? ": the file has no symbols (stripped); name an offset"
            : variable.get()
                ? " but a variable: name a function, or an offset"
                : Hint.nearest(wanted, near));
  }

  private Refusal unreadable(IOException e) {
    return new Refusal(
        Reason.BinaryNotFound, "binary " + file + " cannot be read: " + e.getMessage(), e);
  }
}
