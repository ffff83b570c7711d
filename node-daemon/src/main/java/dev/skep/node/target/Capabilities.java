package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of root's powers this process was given; nothing is added to them while it runs.
 *
 * @param given those that eBPF asks for
 */
public record Capabilities(Set<Capability> given) {
  /**
   * Of the thread: a process as such has none, and its first thread need not be like the others.
   */
  private static final Path STATUS = Path.of("/proc/thread-self/status");

  /** What capable() of the kernel takes CAP_SYS_ADMIN for as well, since there was no other. */
  private static final Set<Capability> PARTS_OF_SYS_ADMIN =
      Set.of(Capability.BPF, Capability.PERFMON);

  private static final Capabilities OWN = read();

  public Capabilities {
    given = Set.copyOf(given);
  }

  /** Those of this process. */
  public static Capabilities own() {
    return OWN;
  }

  private static Capabilities read() {
    try {
      return parse(Files.readAllLines(STATUS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From /proc/PID/status. */
  static Capabilities parse(List<String> status) {
    BigInteger effective =
        status.stream()
            .filter(line -> line.startsWith("CapEff:"))
            .map(line -> new BigInteger(line.substring("CapEff:".length()).strip(), 16))
            .findFirst()
            .orElse(BigInteger.ZERO);
    return new Capabilities(
        Arrays.stream(Capability.values())
            .filter(c -> effective.testBit(c.number()))
            .collect(Collectors.toSet()));
  }

  public boolean has(Capability capability) {
    return given.contains(capability)
        || PARTS_OF_SYS_ADMIN.contains(capability) && given.contains(Capability.SYS_ADMIN);
  }

  /** By their names, in order. */
  public List<String> names() {
    return Arrays.stream(Capability.values())
        .filter(given::contains)
        .map(Capability::toString)
        .toList();
  }

  /**
   * What is missing of these, in words with the cure: {@code needs CAP_SYS_ADMIN, which this daemon
   * was not given: …}; empty when nothing is.
   */
  public Optional<String> missing(Collection<Capability> needed) {
    Set<Capability> missing = EnumSet.noneOf(Capability.class);
    needed.stream().filter(c -> !has(c)).forEach(missing::add);
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    String names = missing.stream().map(Capability::toString).collect(Collectors.joining(" and "));
    String cures =
        Stream.concat(
                missing.stream()
                    .map(Capability::helmValue)
                    .filter(value -> !value.isEmpty())
                    .map(value -> "Helm value " + value),
                Stream.of("securityContext.capabilities.add"))
            .collect(Collectors.joining(", or "));
    return Optional.of("needs %s, which this daemon was not given: %s".formatted(names, cures));
  }

  /** The same of one that something needs, as a failure of that. */
  public Optional<Failure> refusal(String what, Capability... needed) {
    return missing(List.of(needed))
        .map(words -> Failure.of(Reason.Incompatible, what + " " + words));
  }
}
