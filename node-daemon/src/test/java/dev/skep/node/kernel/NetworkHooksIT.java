package dev.skep.node.kernel;

import static dev.skep.node.kernel.HookTrial.possible;
import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.FlowDissector;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.Netfilter.Family;
import dev.skep.api.v1alpha1.hook.Netfilter.Point;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.artifact.process.Command;
import dev.skep.node.target.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hooks of whole network namespaces. */
@Tag("hook")
class NetworkHooksIT {
  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("sk_lookup")
  void skLookup() {
    fires("sk_lookup", link("on_lookup", new SkLookup(null, null)), NetworkHooksIT::datagram);
  }

  @Test
  @DisplayName("sk_lookup in another network namespace")
  void skLookupElsewhere() {
    try (TestVeth veth = new TestVeth()) {
      fires(
          "sk_lookup",
          elsewhere(link("on_lookup", new SkLookup(null, null)), veth),
          () -> Command.run("bash", "-c", "echo > /dev/udp/10.231.78.2/9"));
    }
  }

  @Test
  @DisplayName("flow_dissector in another network namespace")
  void flowDissector() {
    try (TestVeth veth = new TestVeth()) {
      // Steering packets to CPUs asks for their flow.
      veth.inside("bash", "-c", "echo 1 > /sys/class/net/eth0/queues/rx-0/rps_cpus");
      fires(
          "flow_dissector",
          elsewhere(link("on_flow", new FlowDissector(null, null)), veth),
          veth::ping);
    }
  }

  @Test
  @DisplayName("flow_dissector, the second of a network namespace: refused with words")
  void secondDissector() {
    try (TestVeth veth = new TestVeth()) {
      LoadKey first = key("first", "aaaa");
      LoadKey second = key("second", "aaaa");
      WantedLink wanted = elsewhere(link("on_flow", new FlowDissector(null, null)), veth);
      load("flow_dissector", first, second);
      test.kernel().attach(first, wanted);
      refused(
          second,
          wanted,
          Reason.HookBusy,
          "as many programs of this hook as the kernel allows: BpfProgram it/first");
    }
  }

  @Test
  @DisplayName("netfilter, IPv4 local_in")
  void netfilter() {
    fires(
        "netfilter",
        link("on_packet", new Netfilter(Family.Ipv4, Point.LocalIn, null, null)),
        NetworkHooksIT::datagram);
  }

  @Test
  @DisplayName("netfilter, IPv4 pre_routing, of packets put together")
  void netfilterDefragmented() {
    fires(
        "netfilter",
        link("on_packet", new Netfilter(Family.Ipv4, Point.PreRouting, -300, true)),
        NetworkHooksIT::datagram);
  }

  @Test
  @DisplayName("netfilter, IPv4 forward")
  void netfilterForwarded() {
    try (TestVeth veth = new TestVeth()) {
      Netfilter hook = new Netfilter(Family.Ipv4, Point.Forward, null, null);
      fires("netfilter", link("on_packet", hook), veth.forwarding());
    }
  }

  @Test
  @DisplayName("netfilter, IPv4 post_routing")
  void netfilterPostRouting() {
    Netfilter hook = new Netfilter(Family.Ipv4, Point.PostRouting, null, null);
    fires("netfilter", link("on_packet", hook), NetworkHooksIT::datagram);
  }

  @Test
  @DisplayName("netfilter, IPv6 pre_routing, of packets put together")
  void netfilterOfIpv6Defragmented() {
    ofIpv6(new Netfilter(Family.Ipv6, Point.PreRouting, -300, true));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("netfilter, IPv6")
  @EnumSource(names = {"PreRouting", "LocalIn", "LocalOut", "PostRouting"})
  void netfilterOfIpv6(Point point) {
    ofIpv6(new Netfilter(Family.Ipv6, point, null, null));
  }

  private void ofIpv6(Netfilter hook) {
    fires("netfilter", link("on_packet", hook), () -> datagram("::1"));
  }

  @Test
  @DisplayName("netfilter, two programs of one priority: refused with words")
  void samePriority() {
    LoadKey first = key("first", "aaaa");
    LoadKey second = key("second", "aaaa");
    load("netfilter", first, second);
    test.kernel().attach(first, atPriority(777));
    refused(
        second,
        atPriority(777),
        Reason.HookBusy,
        "BpfProgram it/first has priority 777 there already");
    refused(second, atPriority(Integer.MAX_VALUE), Reason.WrongAttachType, "does not take");
  }

  private static WantedLink atPriority(int priority) {
    return link("on_packet", new Netfilter(Family.Ipv6, Point.LocalOut, priority, null));
  }

  private void fires(String object, WantedLink wanted, Runnable event) {
    new HookTrial(test, object, wanted, event).fires();
  }

  private void load(String object, LoadKey... keys) {
    for (LoadKey key : keys) {
      possible(() -> test.kernel().load(request(object, key)));
    }
  }

  private void refused(LoadKey key, WantedLink wanted, Reason reason, String words) {
    assertThatThrownBy(() -> test.kernel().attach(key, wanted))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.failure().reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  private static WantedLink elsewhere(WantedLink link, TestVeth veth) {
    Network network = Network.named(veth.name);
    return new WantedLink(link.function(), link.hook(), link.target(), network);
  }

  private static void datagram() {
    datagram("127.0.0.1");
  }

  /** To a port where nobody listens. */
  private static void datagram(String address) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName(address), 9));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
