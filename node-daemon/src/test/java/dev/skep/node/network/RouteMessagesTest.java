package dev.skep.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.network.RouteMessage.DefaultRoute;
import dev.skep.node.network.RouteMessage.Done;
import dev.skep.node.network.RouteMessage.Link;
import dev.skep.node.network.RouteMessage.Refused;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RouteMessagesTest {
  private static final int BRIDGE = 7;

  @Test
  @DisplayName("an interface that came and one that went, in one datagram")
  void links() {
    ByteBuffer datagram =
        join(
            link(RouteMessages.RTM_NEWLINK, 0, 12, 1, "veth0", 7),
            link(RouteMessages.RTM_DELLINK, 0, 11, 0, "fifteen-letters", 0));

    assertThat(RouteMessages.parse(datagram))
        .containsExactly(
            new Link(12, "veth0", 7, false, true, false),
            new Link(11, "fifteen-letters", 0, false, false, true));
  }

  @Test
  @DisplayName(
      "only of a pair across namespaces is the peer another end, not of what stands on one")
  void abroad() {
    ByteBuffer elsewhere = attribute(37, bytes(4).putInt(0, 0));
    ByteBuffer none = bytes(0);

    assertThat(RouteMessages.parse(linked("veth", elsewhere)))
        .containsExactly(new Link(3, "eth0", 2, true, true, false));
    assertThat(RouteMessages.parse(linked("netkit", elsewhere)))
        .containsExactly(new Link(3, "eth0", 2, true, true, false));
    assertThat(
            RouteMessages.parse(
                join(linked("veth", none), linked("macvlan", elsewhere), linked("vlan", none))))
        .hasSize(3)
        .containsOnly(new Link(3, "eth0", 2, false, true, false));
  }

  private static ByteBuffer linked(String kind, ByteBuffer more) {
    ByteBuffer name = ByteBuffer.wrap("eth0\0".getBytes(StandardCharsets.UTF_8));
    ByteBuffer ofKind = ByteBuffer.wrap((kind + "\0").getBytes(StandardCharsets.UTF_8));
    return message(
        RouteMessages.RTM_NEWLINK,
        0,
        join(
            ifinfomsg(0, 3, 1),
            attribute(3, name),
            attribute(5, bytes(4).putInt(0, 2)),
            attribute(18, attribute(1, ofKind)),
            more));
  }

  @Test
  @DisplayName(
      "a port that leaves its bridge is told as gone, of the bridge's family: it did not go")
  void bridgePort() {
    assertThat(RouteMessages.parse(link(RouteMessages.RTM_DELLINK, BRIDGE, 12, 1, "veth0", 0)))
        .isEmpty();
  }

  @Test
  @DisplayName("of routes the default ones of the main table count, with their metric")
  void routes() {
    ByteBuffer datagram =
        join(
            route(2, 0, 254, 1, 3, 100),
            route(10, 0, 254, 1, 4, 1024),
            route(2, 24, 254, 1, 5, 0),
            route(2, 0, 255, 1, 6, 0),
            route(2, 0, 254, 7, 7, 0));

    assertThat(RouteMessages.parse(datagram))
        .containsExactly(
            new DefaultRoute(false, 3, 100, false), new DefaultRoute(true, 4, 1024, false));
  }

  @Test
  @DisplayName("of a default route with several ways the first one's interface")
  void multipath() {
    ByteBuffer hops = bytes(16).putShort(0, (short) 8).putInt(4, 9);
    hops.putShort(8, (short) 8).putInt(12, 10);
    ByteBuffer message =
        message(RouteMessages.RTM_NEWROUTE, 0, join(rtmsg(2, 0, 254, 1), attribute(9, hops)));

    assertThat(RouteMessages.parse(message)).containsExactly(new DefaultRoute(false, 9, 0, false));
  }

  @Test
  @DisplayName("the end of an answer, one that was torn, and a refusal")
  void ends() {
    assertThat(
            RouteMessages.parse(
                join(
                    message(3, 0, bytes(4)),
                    message(3, 0x10, bytes(4)),
                    message(2, 0, bytes(4).putInt(0, -1)))))
        .containsExactly(new Done(false), new Done(true), new Refused(1));
  }

  @Test
  @DisplayName("cut anywhere, what came before the cut counts and nothing else is made up")
  void cut() {
    Link first = new Link(12, "veth0", 7, false, true, false);
    Link second = new Link(13, "veth1", 8, false, true, false);
    ByteBuffer one = link(RouteMessages.RTM_NEWLINK, 0, 12, 1, "veth0", 7);
    ByteBuffer both = join(one, link(RouteMessages.RTM_NEWLINK, 0, 13, 1, "veth1", 8));

    for (int length = 0; length <= both.limit(); length++) {
      ByteBuffer cut = both.duplicate().order(ByteOrder.nativeOrder()).limit(length);
      assertThat(RouteMessages.parse(cut))
          .isEqualTo(
              length == both.limit()
                  ? List.of(first, second)
                  : length >= one.limit() ? List.of(first) : List.of());
    }
  }

  @Test
  @DisplayName(
      "lengths that lie end the reading, and no bytes at all make it fail or go on forever")
  void hostile() {
    Random random = new Random(1);
    ByteBuffer good =
        join(link(RouteMessages.RTM_NEWLINK, 0, 12, 1, "veth0", 7), route(2, 0, 254, 1, 3, 100));
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = good.array().clone();
      for (int change = random.nextInt(1, 6); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      ByteBuffer broken = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      assertThat(RouteMessages.parse(broken)).hasSizeLessThanOrEqualTo(bytes.length / 16);
    }
  }

  @Test
  @DisplayName("a name of an interface without an end is as long as its attribute")
  void endlessName() {
    ByteBuffer name = ByteBuffer.wrap("no-end".getBytes(StandardCharsets.UTF_8));
    ByteBuffer message =
        message(RouteMessages.RTM_NEWLINK, 0, join(ifinfomsg(0, 1, 0), attribute(3, name)));

    assertThat(RouteMessages.parse(message))
        .containsExactly(new Link(1, "no-end", 0, false, false, false));
  }

  private static ByteBuffer link(
      int type, int family, int index, int flags, String name, int peer) {
    ByteBuffer zeroEnded = ByteBuffer.wrap((name + "\0").getBytes(StandardCharsets.UTF_8));
    return message(
        type,
        0,
        join(
            ifinfomsg(family, index, flags),
            attribute(3, zeroEnded),
            attribute(5, bytes(4).putInt(0, peer))));
  }

  private static ByteBuffer ifinfomsg(int family, int index, int flags) {
    return bytes(16).put(0, (byte) family).putInt(4, index).putInt(8, flags);
  }

  private static ByteBuffer route(
      int family, int length, int table, int type, int index, int metric) {
    return message(
        RouteMessages.RTM_NEWROUTE,
        0,
        join(
            rtmsg(family, length, table, type),
            attribute(4, bytes(4).putInt(0, index)),
            attribute(6, bytes(4).putInt(0, metric))));
  }

  private static ByteBuffer rtmsg(int family, int length, int table, int type) {
    return bytes(12)
        .put(0, (byte) family)
        .put(1, (byte) length)
        .put(4, (byte) table)
        .put(7, (byte) type);
  }

  private static ByteBuffer attribute(int type, ByteBuffer value) {
    ByteBuffer attribute = bytes(4 + value.limit() + 3 & ~3);
    attribute.putShort(0, (short) (4 + value.limit())).putShort(2, (short) type);
    return attribute.put(4, value, 0, value.limit());
  }

  private static ByteBuffer message(int type, int flags, ByteBuffer body) {
    ByteBuffer message = bytes(16 + body.limit());
    message.putInt(0, message.limit()).putShort(4, (short) type).putShort(6, (short) flags);
    return message.put(16, body, 0, body.limit());
  }

  private static ByteBuffer join(ByteBuffer... parts) {
    ByteBuffer all = bytes(List.of(parts).stream().mapToInt(ByteBuffer::limit).sum());
    int at = 0;
    for (ByteBuffer part : parts) {
      all.put(at, part, 0, part.limit());
      at += part.limit();
    }
    return all;
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
  }
}
