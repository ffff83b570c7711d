package dev.skep.artifact.oci;

import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real registry (Debian's docker-registry), on loopback but for one, in a folder of its own. */
public final class RegistryProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);

  private static final String LOOPBACK = "127.0.0.1";

  private final Process process;
  private final String address;
  private final int port;

  private RegistryProcess(Process process, String address, int port) {
    this.process = process;
    this.address = address;
    this.port = port;
  }

  /** Whether this machine has the program; tests are skipped where it has not. */
  public static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/bin/docker-registry"));
  }

  /** One that lets everybody in. */
  public static RegistryProcess start(Path folder) {
    return start(folder, LOOPBACK, freePort(), Optional.empty());
  }

  /** One on a given port: it comes back with what it held in the same folder. */
  public static RegistryProcess start(Path folder, int port) {
    return start(folder, LOOPBACK, port, Optional.empty());
  }

  /** One at another address of this machine. */
  public static RegistryProcess startAt(Path folder, String address) {
    return start(folder, address, freePort(), Optional.empty());
  }

  /** One that asks for a name and a password. */
  public static RegistryProcess startWithLogin(Path folder, String user, String password) {
    return startWithLogin(folder, freePort(), user, password);
  }

  /** The same on a given port. */
  public static RegistryProcess startWithLogin(
      Path folder, int port, String user, String password) {
    try {
      Path file = Files.createDirectories(folder).resolve("htpasswd");
      // Of Debian's apache2-utils.
      Command.run("htpasswd", "-Bbc", file.toString(), user, password);
      return start(folder, LOOPBACK, port, Optional.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RegistryProcess start(
      Path folder, String address, int port, Optional<Path> htpasswd) {
    try {
      Files.createDirectories(folder);
      Path config = folder.resolve("registry.yml");
      String login =
          htpasswd
              .map(file -> "auth: {htpasswd: {realm: test, path: \"%s\"}}\n".formatted(file))
              .orElse("");
      Files.writeString(
          config,
          """
          version: 0.1
          log: {level: error}
          storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
          http: {addr: "%s:%d"}
          """
                  .formatted(folder.resolve("storage"), address, port)
              + login);
      Process process =
          new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("registry.log").toFile()))
              .start();
      var registry = new RegistryProcess(process, address, port);
      registry.awaitStart(folder);
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException("docker-registry", e);
    }
  }

  private void awaitStart(Path folder) {
    Instant until = Instant.now().plus(START);
    while (true) {
      try {
        new Socket(address, port).close();
        return;
      } catch (IOException e) {
        if (!process.isAlive() || Instant.now().isAfter(until)) {
          close();
          throw new IllegalStateException("docker-registry did not start, see " + folder, e);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Host and port, as references have them. */
  public String host() {
    return address + ":" + port;
  }

  public int port() {
    return port;
  }

  /** A reference to a repository and tag (or @digest) here. */
  public ImageReference reference(String repositoryAndTag) {
    return ImageReference.parse(host() + "/" + repositoryAndTag);
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
