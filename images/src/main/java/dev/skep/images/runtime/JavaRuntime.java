package dev.skep.images.runtime;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A Java runtime of some modules only, linked from the JDK that runs this. */
public final class JavaRuntime {
  private JavaRuntime() {}

  /** The JDK that is linked from, e.g. 25.0.3+9-LTS. */
  public static String version() {
    return System.getProperty("java.runtime.version");
  }

  /**
   * Links a runtime; the same JDK and modules give the same bytes.
   *
   * @param folder where to; must not be there
   */
  public static void link(Set<String> modules, Path folder) throws IOException {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IOException("this Java has no jlink: use a JDK"));
    StringWriter printed = new StringWriter();
    PrintWriter out = new PrintWriter(printed);
    int status =
        jlink.run(
            out,
            out,
            "--add-modules",
            String.join(",", new TreeSet<>(modules)),
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            // Read in place by every start; the image's layer is compressed anyway.
            "--compress=zip-0",
            // What it generates depends on what this process did before, and our class archives
            // have
            // these classes anyway.
            "--disable-plugin",
            "generate-jli-classes",
            "--output",
            folder.toString());
    if (status != 0) {
      throw new IOException("jlink ended with " + status + ": " + printed.toString().strip());
    }
    keepOnlyTheLauncher(folder.resolve("bin"));
  }

  private static void keepOnlyTheLauncher(Path bin) throws IOException {
    try (Stream<Path> tools = Files.list(bin)) {
      for (Path tool : tools.filter(t -> !t.endsWith("java")).toList()) {
        Files.delete(tool);
      }
    }
  }
}
