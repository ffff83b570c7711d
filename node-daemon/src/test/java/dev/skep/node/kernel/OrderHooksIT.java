package dev.skep.node.kernel;

import static dev.skep.node.kernel.HookTrial.possible;
import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.api.v1alpha1.hook.NetkitEnd;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.artifact.process.Command;
import dev.skep.node.hook.KernelHas;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several programs of ours on one interface, one after the other. */
@Tag("hook")
class OrderHooksIT {
  private static final LoadKey KEY = key("order", "aaaa");
  private static final LoadKey OTHER = key("order-too", "aaaa");

  private TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("tc, as this kernel has it: priority says who runs first")
  void tc() {
    try (TestVeth veth = new TestVeth()) {
      ordered(p -> tc(veth.name, p), veth);
    }
  }

  @Test
  @DisplayName("tc with clsact: attaches, fires, is updated in place, and leaves no filter")
  void clsact() {
    withClsact();
    try (TestVeth veth = new TestVeth()) {
      new HookTrial(test, "tc_count", "on_packet", tc(veth.name, 50), veth::ping).fires();
      assertThat(Command.run("tc", "filter", "show", "dev", veth.name, "ingress")).isBlank();
    }
  }

  @Test
  @DisplayName("tc with clsact: priority says who runs first")
  void clsactOrder() {
    withClsact();
    try (TestVeth veth = new TestVeth()) {
      ordered(p -> tc(veth.name, p), veth);
    }
  }

  @Test
  @DisplayName("tc with clsact: filters of others stay")
  void clsactOfOthers() {
    withClsact();
    try (TestVeth veth = new TestVeth()) {
      Command.run("tc", "qdisc", "add", "dev", veth.name, "clsact");
      test.kernel().load(request("tc_count", OTHER));
      String theirs = "tc filter add dev %s ingress prio 7 protocol all bpf da object-pinned %s";
      String pin = PinNames.folder(test.pins, OTHER) + "/" + PinNames.PROGRAMS + "/on_packet";
      Command.run(theirs.formatted(veth.name, pin).split(" "));
      test.kernel().load(request("tc_order", KEY));
      ObservedLink link = test.kernel().attach(KEY, link("one", tc(veth.name, 0)));
      veth.ping();
      assertThat(test.count(KEY, "order")).isEqualTo(1);
      assertThat(test.count(OTHER, "hits")).isPositive();
      test.kernel().detach(link);
      assertThat(Command.run("tc", "filter", "show", "dev", veth.name, "ingress"))
          .contains("pref 7")
          .doesNotContain("pref 1 ");
    }
  }

  @Test
  @DisplayName("netkit, primary: priority says who runs first")
  void netkit() {
    try (TestNetkit pair = new TestNetkit(test)) {
      ordered(p -> new Netkit(List.of(pair.name), null, null, null, null, p), pair::send);
    }
  }

  @Test
  @DisplayName("netkit, primary")
  void netkitFires() {
    try (TestNetkit pair = new TestNetkit(test)) {
      Netkit hook = new Netkit(List.of(pair.name), null, null, null, null, null);
      new HookTrial(test, "netkit", "on_primary", hook, pair::send).fires();
    }
  }

  @Test
  @DisplayName("netkit, peer")
  void netkitPeer() {
    try (TestNetkit pair = new TestNetkit(test)) {
      Netkit hook = new Netkit(List.of(pair.name), null, null, null, NetkitEnd.Peer, null);
      new HookTrial(test, "netkit", "on_peer", hook, pair::answer).fires();
    }
  }

  private void withClsact() {
    test.close();
    test = new TestKernel(new KernelHas(false, true));
  }

  private static Tc tc(String name, int priority) {
    return new Tc(List.of(name), null, null, null, Direction.Ingress, priority);
  }

  private void ordered(IntFunction<Hook> hook, TestVeth veth) {
    ordered(hook, veth::ping);
  }

  private void ordered(IntFunction<Hook> hook, Runnable packet) {
    possible(() -> test.kernel().load(request("tc_order", KEY)));
    test.kernel().load(request("tc_order", OTHER, KEY));
    test.kernel().attach(KEY, link("one", hook.apply(500)));
    ObservedLink two = test.kernel().attach(OTHER, link("two", hook.apply(20)));
    test.kernel().attach(KEY, link("three", hook.apply(50)));
    assertThat(order(packet)).isEqualTo(231);

    // The same priority: the one attached first.
    ObservedLink again = test.kernel().attach(OTHER, link("one", hook.apply(50)));
    assertThat(order(packet)).isEqualTo(2311);
    test.kernel().detach(again);

    // Another priority: a program stands once on an interface, so it leaves first.
    test.startAgain();
    test.kernel().detach(two);
    test.kernel().attach(OTHER, link("two", hook.apply(900)));
    assertThat(order(packet)).isEqualTo(312);
  }

  private long order(Runnable packet) {
    packet.run();
    return test.count(KEY, "order");
  }
}
