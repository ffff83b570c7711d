package dev.skep.tests.cluster;

import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    Command.of(ControlPlane.projectRoot().resolve("scripts/control-plane.sh").toString())
        .and(command, folder.toString())
        .and(arguments)
        .within(SCRIPTS)
        .output();
  }
}
