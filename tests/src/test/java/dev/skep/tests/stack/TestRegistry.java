package dev.skep.tests.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real registry (Debian's docker-registry) on a loopback port, with or without a login. */
public final class TestRegistry implements AutoCloseable {
  public static final String USER = "reader";
  public static final String PASSWORD = "open-sesame";

  private final Path folder;
  private final int port;
  private final boolean login;
  private RunningProcess process;

  private TestRegistry(Path folder, boolean login) {
    this.folder = folder;
    this.port = Ports.free();
    this.login = login;
  }

  public static TestRegistry start(Path folder, boolean login) {
    TestRegistry registry = new TestRegistry(folder, login);
    registry.up();
    return registry;
  }

  /** host:port */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Starts it, or starts it again where it was, with what it held. */
  public void up() {
    try {
      Files.createDirectories(folder);
      String auth = "";
      if (login) {
        Path passwords = folder.resolve("htpasswd");
        Process htpasswd =
            new ProcessBuilder("htpasswd", "-Bbc", passwords.toString(), USER, PASSWORD)
                .redirectErrorStream(true)
                .start();
        if (htpasswd.waitFor() != 0) {
          throw new IllegalStateException("htpasswd failed");
        }
        auth = "auth: {htpasswd: {realm: test, path: " + passwords + "}}\n";
      }
      Path config =
          Files.writeString(
              folder.resolve("config.yml"),
              "version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: '%s'}\n%s"
                  .formatted(folder.resolve("storage"), address(), auth));
      process =
          RunningProcess.start(
                  "registry",
                  folder.resolve("registry.log"),
                  Map.of(),
                  List.of("docker-registry", "serve", config.toString()))
              .awaitReady(Duration.ofSeconds(20), this::answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean answers() {
    try (var socket = new java.net.Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it; what it holds stays for {@link #up}. */
  public void down() {
    process.close();
  }

  @Override
  public void close() {
    down();
  }
}
