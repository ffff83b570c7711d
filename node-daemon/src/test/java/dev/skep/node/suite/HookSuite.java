package dev.skep.node.suite;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs every test class with {@code @Tag("hook")}, and those with {@code @Tag("kernel")}, which try
 * what else the daemon asks of a kernel, on the kernel it is started on, and writes one row for
 * each test: its display name, how it went, why, and the programs that it attached, with tabs
 * between; before them a comment with the kernel's release. It needs nothing but a Java runtime and
 * the class path, so that it runs where there is no Maven: in a guest.
 *
 * <p>Arguments: the file to write, and perhaps a pattern of class names, for a part of the suite,
 * and another tag than "hook" or "kernel". With {@code -Dskep.capabilities=BPF,PERFMON} the
 * daemon's code has those capabilities and no other.
 */
public final class HookSuite {
  private HookSuite() {}

  /** Ends with status 0 also when tests failed: whoever reads the rows judges them. */
  public static void main(String[] arguments) {
    String classes = arguments.length > 1 ? arguments[1] : ".*IT";
    String tags = arguments.length > 2 ? arguments[2] : "hook | kernel";
    // Before the suite starts threads: each has those of the one that started it.
    Optional.ofNullable(System.getProperty("skep.capabilities"))
        .ifPresent(names -> GivenCapabilities.keep(Set.of(names.split(","))));
    LauncherDiscoveryRequest suite =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectPackage("dev.skep.node"))
            .filters(includeClassNamePatterns(classes), includeTags(tags))
            .build();
    try (PrintStream rows = new PrintStream(Files.newOutputStream(Path.of(arguments[0])), true)) {
      rows.println("# " + System.getProperty("os.version"));
      LauncherFactory.create().execute(suite, new RowListener(rows, System.out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Threads that a test left behind must not keep a guest up.
    System.exit(0);
  }
}
