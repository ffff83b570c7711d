package dev.skep.tests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** etcd, kube-apiserver and kube-controller-manager as processes, by scripts/control-plane.sh. */
final class LocalControlPlane implements ControlPlane {
  private final Path folder;

  private LocalControlPlane(Path folder) {
    this.folder = folder;
  }

  static LocalControlPlane start() {
    try {
      Path parent = Files.createDirectories(Path.of("target", "control-plane"));
      Path folder = Files.createTempDirectory(parent.toAbsolutePath(), "");
      LocalControlPlane started = new LocalControlPlane(folder);
      started.script("up");
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String kubeconfig() {
    try {
      return Files.readString(kubeconfigFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path kubeconfigFile() {
    return folder.resolve("kubeconfig");
  }

  @Override
  public Path kubectl() {
    return folder.resolve("bin/kubectl");
  }

  @Override
  public void killApiServer() {
    script("stop", "kube-apiserver");
  }

  @Override
  public void restartApiServer() {
    script("up");
  }

  @Override
  public void close() {
    script("down");
  }

  private void script(String command, String... arguments) {
    String script = ControlPlane.projectRoot().resolve("scripts/control-plane.sh").toString();
    List<String> line =
        Stream.concat(Stream.of(script, command, folder.toString()), Stream.of(arguments)).toList();
    try {
      // To a file: what the script starts lives on, and would keep a pipe open.
      Path output = folder.resolveSibling(folder.getFileName() + "-" + command + ".log");
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", line) + ":\n" + Files.readString(output));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
