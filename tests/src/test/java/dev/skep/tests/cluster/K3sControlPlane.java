package dev.skep.tests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** k3s in a container; where no Docker answers, what needs it is skipped. */
final class K3sControlPlane implements ControlPlane {
  private static final DockerImageName IMAGE = DockerImageName.parse("rancher/k3s:v1.36.3-k3s1");

  private final K3sContainer container;
  private final Path kubeconfigFile;

  private K3sControlPlane(K3sContainer container, Path kubeconfigFile) {
    this.container = container;
    this.kubeconfigFile = kubeconfigFile;
  }

  static K3sControlPlane start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new TestAbortedException(
          "SKEP_TEST_CLUSTER=k3s: no Docker answers on this machine; unset it for a local cluster");
    }
    K3sContainer container = new K3sContainer(IMAGE);
    container.start();
    try {
      Path file = Files.createTempFile("k3s", ".kubeconfig");
      Files.writeString(file, container.getKubeConfigYaml());
      return new K3sControlPlane(container, file);
    } catch (IOException e) {
      container.stop();
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String kubeconfig() {
    return container.getKubeConfigYaml();
  }

  @Override
  public Path kubeconfigFile() {
    return kubeconfigFile;
  }

  @Override
  public Path kubectl() {
    throw new TestAbortedException("k3s keeps its kubectl in its container");
  }

  @Override
  public void killApiServer() {
    throw new TestAbortedException("k3s has no API server of its own to end");
  }

  @Override
  public void restartApiServer() {
    throw new TestAbortedException("k3s has no API server of its own to start");
  }

  @Override
  public void close() {
    container.stop();
    kubeconfigFile.toFile().delete();
  }
}
