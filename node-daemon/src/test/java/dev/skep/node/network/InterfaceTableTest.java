package dev.skep.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.network.RouteMessage.DefaultRoute;
import dev.skep.node.network.RouteMessage.Link;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InterfaceTableTest {
  private static final Link ETH0 = new Link(2, "eth0", 0, false, true, false);
  private static final Link ETH1 = new Link(3, "eth1", 0, false, true, false);

  private final InterfaceTable table = new InterfaceTable();

  @BeforeEach
  void twoInterfaces() {
    table.links(List.of(ETH0, ETH1));
  }

  @Test
  @DisplayName("what came, went or was renamed is a change; what is told again is none")
  void changes() {
    assertThat(table.apply(new Link(4, "veth0", 9, false, false, false))).isTrue();
    assertThat(table.apply(new Link(4, "veth0", 9, false, false, false))).isFalse();
    assertThat(table.apply(new Link(4, "veth0", 9, false, true, false))).isFalse();
    assertThat(table.apply(new Link(4, "wan0", 9, false, true, false))).isTrue();
    assertThat(names()).containsExactly("eth0", "eth1", "wan0");
    assertThat(table.apply(new Link(4, "wan0", 9, false, true, true))).isTrue();
    assertThat(table.apply(new Link(4, "wan0", 9, false, true, true))).isFalse();
    assertThat(names()).containsExactly("eth0", "eth1");
  }

  @Test
  @DisplayName("an interface made anew under its old name is another one")
  void madeAnew() {
    assertThat(table.apply(new Link(2, "eth0", 0, false, true, true))).isTrue();
    assertThat(table.apply(new Link(7, "eth0", 0, false, true, false))).isTrue();
    assertThat(table.view(Network.own()).interfaces().get("eth0").index()).isEqualTo(7);
  }

  @Test
  @DisplayName(
      "the primary interface is of the default route, IPv4's first, the least metric first")
  void primary() {
    assertThat(table.lacksPrimary(true)).isTrue();
    table.routes(
        List.of(
            new DefaultRoute(true, 2, 1, false),
            new DefaultRoute(false, 3, 200, false),
            new DefaultRoute(false, 2, 300, false)));

    assertThat(table.lacksPrimary(true)).isFalse();
    assertThat(table.view(Network.own()).primary()).contains("eth1");
  }

  @Test
  @DisplayName("routes matter to no one but who asked for the primary interface")
  void routesOnlyWhenAsked() {
    assertThat(table.apply(new DefaultRoute(false, 3, 0, false))).isFalse();
    table.lacksPrimary(true);
    assertThat(table.apply(new DefaultRoute(false, 3, 0, false))).isTrue();
  }

  @Test
  @DisplayName("routes are asked for anew when an address, a route or an interface went")
  void routesAskedAnew() {
    table.lacksPrimary(true);
    table.routes(List.of(new DefaultRoute(false, 2, 0, false)));

    for (RouteMessage message :
        List.of(
            new RouteMessage.Address(),
            new DefaultRoute(false, 2, 0, true),
            new Link(2, "eth0", 0, false, false, false),
            new Link(2, "eth0", 0, false, false, true))) {
      assertThat(table.apply(message)).isTrue();
      assertThat(table.lacksPrimary(true)).as(message.toString()).isTrue();
      table.routes(List.of());
    }
    assertThat(table.view(Network.own()).primary()).isEmpty();
  }

  private Set<String> names() {
    return table.view(Network.own()).interfaces().keySet();
  }
}
