package dev.skep.tests.stack;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Lets the stack's node run pods: a real kubelet and containerd, by scripts/kubelet.sh. */
public final class Kubelet implements AutoCloseable {
  /** The bridge's address, which pods reach. */
  public static final String GATEWAY = "10.231.78.1";

  private static final String SCRIPT =
      ControlPlane.projectRoot().resolve("scripts/kubelet.sh").toString();

  private final Stack stack;
  private final Path folder;

  private Kubelet(Stack stack) {
    this.stack = stack;
    this.folder = stack.folder("kubelet");
  }

  /** Starts it and waits until the node says that it is ready for pods. */
  public static Kubelet start(Stack stack) {
    Path cluster = stack.cluster().kubeconfigFile().toAbsolutePath().getParent();
    assumeTrue(
        Files.exists(cluster.resolve("pki/ca.crt")),
        "the control plane is not of scripts/control-plane.sh: its nodes have kubelets of their own");
    Kubelet kubelet = new Kubelet(stack);
    kubelet.script("up", cluster.toString(), Stack.NODE);
    return kubelet;
  }

  /** Creates a pod that runs a shell script in its one container, app, again and again. */
  public Pod run(String name, Map<String, String> labels, String script) {
    return stack
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(Stack.NAMESPACE)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withNodeName(Stack.NODE)
                .withAutomountServiceAccountToken(false)
                .withTerminationGracePeriodSeconds(0L)
                .withDnsPolicy("Default")
                .addNewContainer()
                .withName("app")
                .withImage("localhost/busybox:1")
                .withImagePullPolicy("Never")
                .withCommand("/bin/busybox", "sh", "-c", script)
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  /** Deletes a pod and waits until the kubelet says that it is gone. */
  public void delete(String name) {
    var pod = stack.client().pods().inNamespace(Stack.NAMESPACE).withName(name);
    pod.delete();
    pod.waitUntilCondition(p -> p == null, 30, TimeUnit.SECONDS);
  }

  private void script(String command, String... arguments) {
    Command.of(SCRIPT, command, folder.toString())
        .and(arguments)
        .within(ControlPlane.SCRIPTS)
        .output();
  }

  @Override
  public void close() {
    script("down");
  }
}
