package dev.skep.tests.stack;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node of the stack's cluster with a kernel of its own: the real daemon, in a guest. */
public final class GuestNode implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);

  private final String name;
  private final KubernetesClient client;
  private final RunningProcess guest;

  private GuestNode(String name, KubernetesClient client, RunningProcess guest) {
    this.name = name;
    this.client = client;
    this.guest = guest;
  }

  /** Boots a kernel ({@code 6.12}) and starts the daemon there; does not wait for it. */
  public static GuestNode start(Stack stack, String kernel) {
    String name = "guest-" + kernel.replace('.', '-');
    stack.cluster().addNode(name);
    RunningProcess guest =
        RunningProcess.start(
            name,
            stack.folder(name + ".log"),
            Map.of(),
            List.of(
                ControlPlane.projectRoot().resolve("tests/guest/node.sh").toString(),
                kernel,
                name,
                stack.guestAccess(name).toString(),
                seenFromGuest(stack.mirror())));
    return new GuestNode(name, stack.client(), guest);
  }

  /** What is on this machine's loopback, as a guest addresses it. */
  static String seenFromGuest(String address) {
    return address.replace("//127.0.0.1:", "//10.0.2.2:");
  }

  public String name() {
    return name;
  }

  /** Waits until the daemon has said what kernel it is on. */
  public GuestNode awaitReady() {
    guest.awaitReady(START, () -> kernel() != null);
    return this;
  }

  /** The kernel's release, as the daemon wrote it; null before. */
  public String kernel() {
    BpfNode node = client.resources(BpfNode.class).withName(name).get();
    return node == null || node.getStatus() == null || node.getStatus().kernel() == null
        ? null
        : node.getStatus().kernel().release();
  }

  /** Ends the guest and takes its node out of the cluster. */
  @Override
  public void close() {
    guest.close();
    client.resources(Node.class).withName(name).delete();
    client
        .resources(BpfNode.class)
        .withName(name)
        .waitUntilCondition(node -> node == null, START.toSeconds(), TimeUnit.SECONDS);
  }
}
