package dev.skep.images.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Another program, run to its end. */
public final class ToolRun {
  private ToolRun() {}

  /**
   * Runs a command with no environment but the one given and PATH.
   *
   * @return what it printed, to both outputs
   * @throws IOException when it fails, with what it printed
   */
  public static String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    String path = builder.environment().get("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", path == null ? "/usr/sbin:/usr/bin:/sbin:/bin" : path);
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(
          "%s ended with %d:%n%s".formatted(String.join(" ", command), status, printed.strip()));
    }
    return printed;
  }
}
