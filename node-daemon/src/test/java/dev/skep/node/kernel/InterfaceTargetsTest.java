package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.node.target.Network;
import dev.skep.node.target.NetworkView;
import dev.skep.node.target.NetworkView.Interface;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InterfaceTargetsTest {
  private static final Network BLUE = new Network("net:[1]", "/run/netns/blue");

  private final SortedMap<String, Interface> interfaces = new TreeMap<>();
  private Network network = Network.own();
  private Optional<String> primary = Optional.empty();

  @Test
  @DisplayName("names, patterns and primary, each interface once, with its index")
  void once() {
    there("eth0", "lo", "veth0", "veth1");
    primary = Optional.of("eth0");

    Expansion found = expand("eth0", "primary", "veth*", "veth?");

    assertThat(found.links())
        .extracting(WantedLink::target)
        .containsExactly("xdp eth0", "xdp veth0", "xdp veth1");
    assertThat(found.links()).extracting(WantedLink::instance).containsExactly(1L, 3L, 4L);
    assertThat(found.without()).isEmpty();
  }

  @Test
  @DisplayName("in a named namespace the target says where it is")
  void inNamespace() {
    network = BLUE;
    there("eth0");

    assertThat(expand("eth*").links())
        .extracting(WantedLink::target, WantedLink::network)
        .containsExactly(tuple("xdp eth0 in network namespace blue", BLUE));
  }

  @Test
  @DisplayName("a pattern that matches nothing is NoTarget, and says what there is")
  void nothing() {
    there("eth0", "lo");

    assertThat(expand("veth*", "cali?").without())
        .containsExactly(
            Failure.of(
                Reason.NoTarget,
                "no interface matches veth*, cali? on this node; it has eth0, lo",
                "f"));
  }

  @Test
  @DisplayName("patterns are alternatives: one that matches is enough")
  void alternatives() {
    there("eth0", "lo");

    Expansion found = expand("enp*", "eth*", "primary");

    assertThat(found.links()).hasSize(1);
    assertThat(found.without()).isEmpty();
  }

  @Test
  @DisplayName("a name that is not there is missed, beside others that are")
  void missingName() {
    there("eth0", "lo");

    Expansion found = expand("eth0", "eht0");

    assertThat(found.links()).hasSize(1);
    assertThat(found.without())
        .extracting(Failure::reason, Failure::message)
        .containsExactly(
            tuple(
                Reason.InterfaceNotFound,
                "interface eht0 does not exist on this node; did you mean eth0?"));
  }

  @Test
  @DisplayName("without a default route there is no primary interface")
  void noDefaultRoute() {
    there("eth0");

    assertThat(expand("primary").without())
        .containsExactly(
            Failure.of(
                Reason.NoTarget,
                "there is no default route, and so no primary interface, on this node; it has eth0",
                "f"));
  }

  @Test
  @DisplayName("of 500 interfaces the message names eight and counts the others")
  void bounded() {
    there(IntStream.range(0, 500).mapToObj("veth%03d"::formatted).toArray(String[]::new));

    assertThat(expand("eth*").without().getFirst().message())
        .endsWith(
            "it has veth000, veth001, veth002, veth003, veth004, veth005, veth006, veth007"
                + " and 492 more");
    assertThat(expand("veth*").links()).hasSize(500);
  }

  private void there(String... names) {
    for (String name : names) {
      interfaces.put(name, new Interface(interfaces.size() + 1, 0, false, true));
    }
  }

  private Expansion expand(String... wanted) {
    return InterfaceTargets.in(
        new NetworkView(network, interfaces, primary), "f", new Xdp(List.of(wanted), null));
  }
}
