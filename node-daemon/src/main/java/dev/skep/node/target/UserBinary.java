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
import java.util.function.Supplier;

/** An executable or library, by whose functions and static probes one attaches. */
public final class UserBinary {
  private static final int FUNCTION = 2;
  private static final int INDIRECT_FUNCTION = 10;

  /**
   * Functions that one pattern may mean, as many as may be named one by one. Each stops every
   * process that has the file while its probe is set.
   */
  public static final int MOST = 1024;

  /** Functions of one name that are counted; of more it is told that there are as many. */
  private static final int COUNTED = 100;

  private static final Fruitless FRUITLESS = new Fruitless();

  private final Path file;
  private final boolean atReturn;

  /** A binary whose functions are probed where they begin. */
  public UserBinary(Path file) {
    this(file, false);
  }

  /**
   * @param atReturn whether its functions are probed where they end, too
   */
  public UserBinary(Path file, boolean atReturn) {
    this.file = file;
    this.atReturn = atReturn;
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
   * @throws Refusal SymbolNotFound, with what has nearly that name, or why it bears no probe;
   *     NotAnElf when the file is not an ELF64 file
   */
  public long offsetOf(String symbol) {
    return offsetsOf(List.of(symbol)).getFirst();
  }

  /** The same of a function that bears no probe itself, but may further on. */
  public long startOf(String symbol) {
    try (ElfFile elf = ElfFile.open(file)) {
      return elf.fileOffset(addresses(elf, Set.of(symbol)).get(symbol));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * A place in the file that is named by its offset.
   *
   * @throws Refusal NotAnElf when the file is not an ELF64 file
   */
  public void requireCode() {
    try (ElfFile elf = ElfFile.open(file)) {
      elf.machine();
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
      Map<String, Long> addresses = addresses(elf, Set.copyOf(symbols));
      Set<Long> harmful = harmful(elf, Set.copyOf(addresses.values()));
      Set<Long> offsets = new TreeSet<>();
      for (Map.Entry<String, Long> function : addresses.entrySet()) {
        if (harmful.contains(function.getValue())) {
          throw new Refusal(
              Reason.SymbolNotFound,
              "a probe at the return of %s (%s) would end the processes that call it, which goes where it returns to more than once or not at all: probe where it begins"
                  .formatted(function.getKey(), file));
        }
        long offset = elf.fileOffset(function.getValue());
        Optional<String> refused = refused(elf, offset);
        if (refused.isPresent()) {
          throw new Refusal(
              Reason.SymbolNotFound,
              "%s of %s begins with %s, which the kernel cannot probe: name an offset behind it, or another function"
                  .formatted(function.getKey(), file, refused.get()));
        }
        offsets.add(offset);
      }
      return List.copyOf(offsets);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Where the functions begin whose names match; a place that has several names is there once.
   * Those that bear no probe are left out.
   *
   * @param pattern as {@link Glob} has it
   * @throws Refusal NoTarget when there is none, TooLarge when there are more than {@link #MOST},
   *     SymbolNotFound when there are some and none bears a probe
   */
  public List<Long> offsetsMatching(String pattern) {
    return FRUITLESS.search(searched(pattern), state(), () -> search(pattern));
  }

  /** Why a pattern matched nothing when it was last tried, and would not now. Cheap. */
  public Optional<Failure> unmatched(String pattern) {
    return FRUITLESS
        .known(searched(pattern), state())
        .filter(failure -> failure.reason() == Reason.NoTarget);
  }

  private String searched(String pattern) {
    return file + ":" + pattern + (atReturn ? ":at return" : "");
  }

  /**
   * Tries what this file's bytes decide: what was refused is not tried again on the same file, for
   * an attempt stops every process that has it.
   *
   * @param what is tried
   * @param attempt throws a Refusal only for what the bytes decide
   */
  public <T> T tryOnce(String what, Supplier<T> attempt) {
    String tried = file + ": " + what;
    FRUITLESS
        .known(tried, state())
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
    return FRUITLESS.search(tried, state(), attempt);
  }

  private String state() {
    try {
      return "%s %d %s"
          .formatted(
              Files.getAttribute(file, "unix:ino"),
              Files.size(file),
              Files.getLastModifiedTime(file));
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
            // Of an indirect one only what chooses it is in the file, and runs once.
            boolean code = symbol.type() == FUNCTION && symbol.size() > 0;
            // One more than may be tells that there are too many; all of them could be millions.
            if (code && addresses.size() <= MOST && names.matches(symbol.name())) {
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
            "pattern %s matches more than %,d functions of %s, which is what one attachment probes at most, since each stops every process that has the file: write a narrower pattern, or several"
                .formatted(pattern, MOST, file));
      }
      addresses.removeAll(harmful(elf, addresses));
      Set<Long> offsets = new TreeSet<>();
      for (long address : addresses) {
        long offset = elf.fileOffset(address);
        if (refused(elf, offset).isEmpty()) {
          offsets.add(offset);
        }
      }
      if (offsets.isEmpty()) {
        throw new Refusal(
            Reason.SymbolNotFound,
            "pattern %s matches functions of %s, but none that can be probed%s"
                .formatted(pattern, file, atReturn ? " where it returns" : ""));
      }
      return List.copyOf(offsets);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Which of these places would end their process, by whatever name they are meant. */
  private Set<Long> harmful(ElfFile elf, Set<Long> addresses) throws IOException {
    Set<Long> harmful = new TreeSet<>();
    if (atReturn) {
      elf.symbols(
          symbol -> {
            if (addresses.contains(symbol.address()) && UserFunction.endsTheProcess(symbol)) {
              harmful.add(symbol.address());
            }
          });
    }
    return harmful;
  }

  private static Optional<String> refused(ElfFile elf, long offset) throws IOException {
    return UserFunction.refused(elf.machine(), elf.bytes(offset, UserFunction.INSTRUCTION));
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
            Set<Long> places =
                (symbol.global() ? seen : kept)
                    .computeIfAbsent(symbol.name(), _ -> new TreeSet<>());
            if (places.size() < COUNTED) {
              places.add(symbol.address());
            }
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
                : "symbol %s stands at %d places of %s%s: name the offset of one"
                    .formatted(
                        name, places.size(), file, places.size() < COUNTED ? "" : ", or more"));
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
    return Files.exists(file)
        ? new Refusal(
            Reason.NotAnElf, "binary %s cannot be probed: %s".formatted(file, e.getMessage()), e)
        : new Refusal(Reason.BinaryNotFound, "binary " + file + " does not exist on this node", e);
  }
}
