package dev.skep.node.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Messages of NETLINK_ROUTE, as linux/netlink.h and linux/rtnetlink.h lay them out. What is cut
 * short or says it is longer than it is ends the reading: what came before it counts.
 */
final class RouteMessages {
  // linux/netlink.h
  private static final int HEADER = 16;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_DUMP = 0x300;
  private static final int NLA_TYPE_MASK = 0x3fff;

  // linux/rtnetlink.h
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  static final int RTM_GETROUTE = 26;
  private static final int RTN_UNICAST = 1;
  private static final int RT_TABLE_MAIN = 254;
  private static final int RTA_OIF = 4;
  private static final int RTA_PRIORITY = 6;
  private static final int RTA_MULTIPATH = 9;
  private static final int RTA_TABLE = 15;
  private static final int ROUTE = 12;

  // linux/if_link.h, linux/if.h
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_LINK = 5;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_LINK_NETNSID = 37;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_EXT_MASK = 29;
  private static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;
  private static final int IFF_UP = 1;
  private static final int INTERFACE = 16;

  /**
   * Two ends, each of which is linked to the other; else it is what one stands on, e.g. macvlan.
   */
  private static final Set<String> PAIRS = Set.of("veth", "netkit");

  private static final int AF_UNSPEC = 0;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private RouteMessages() {}

  /** Asks for every interface. */
  static byte[] links(int sequence) {
    ByteBuffer message = request(RTM_GETLINK, HEADER + INTERFACE + 8, sequence);
    message.position(HEADER + INTERFACE);
    return message
        .putShort((short) 8)
        .putShort((short) IFLA_EXT_MASK)
        .putInt(RTEXT_FILTER_SKIP_STATS)
        .array();
  }

  /** Asks for every route, of IPv4 and IPv6. */
  static byte[] routes(int sequence) {
    return request(RTM_GETROUTE, HEADER + ROUTE, sequence).array();
  }

  private static ByteBuffer request(int type, int length, int sequence) {
    return ByteBuffer.allocate(length)
        .order(ByteOrder.nativeOrder())
        .putInt(0, length)
        .putShort(4, (short) type)
        .putShort(6, (short) (NLM_F_REQUEST | NLM_F_DUMP))
        .putInt(8, sequence);
  }

  /** The messages of a datagram, in the machine's byte order, that mean something here. */
  static List<RouteMessage> parse(ByteBuffer datagram) {
    List<RouteMessage> messages = new ArrayList<>();
    int at = datagram.position();
    while (datagram.limit() - at >= HEADER) {
      int length = datagram.getInt(at);
      if (length < HEADER || length > datagram.limit() - at) {
        break;
      }
      ByteBuffer body = datagram.slice(at + HEADER, length - HEADER).order(datagram.order());
      int type = Short.toUnsignedInt(datagram.getShort(at + 4));
      int flags = Short.toUnsignedInt(datagram.getShort(at + 6));
      message(type, flags, body).ifPresent(messages::add);
      at += align(length);
    }
    return messages;
  }

  private static Optional<? extends RouteMessage> message(int type, int flags, ByteBuffer body) {
    return switch (type) {
      case NLMSG_DONE -> Optional.of(new RouteMessage.Done((flags & NLM_F_DUMP_INTR) != 0));
      case NLMSG_ERROR ->
          body.limit() < 4
              ? Optional.empty()
              : Optional.of(new RouteMessage.Refused(-body.getInt(0)));
      case RTM_NEWLINK, RTM_DELLINK -> link(body, type == RTM_DELLINK);
      case RTM_NEWADDR, RTM_DELADDR -> Optional.of(new RouteMessage.Address());
      case RTM_NEWROUTE, RTM_DELROUTE -> route(body, type == RTM_DELROUTE);
      default -> Optional.empty();
    };
  }

  private static Optional<RouteMessage.Link> link(ByteBuffer body, boolean gone) {
    // A bridge tells of its ports by the same types, of a family of its own: they did not go.
    if (body.limit() < INTERFACE || body.get(0) != AF_UNSPEC) {
      return Optional.empty();
    }
    String name = "";
    int peer = 0;
    boolean pair = false;
    boolean elsewhere = false;
    for (Attribute a : attributes(body, INTERFACE)) {
      if (a.type() == IFLA_IFNAME) {
        name = text(a.value());
      } else if (a.type() == IFLA_LINK && a.value().limit() >= 4) {
        peer = a.value().getInt(0);
      } else if (a.type() == IFLA_LINKINFO) {
        pair = PAIRS.contains(kind(a.value()));
      } else if (a.type() == IFLA_LINK_NETNSID) {
        elsewhere = true;
      }
    }
    int index = body.getInt(4);
    boolean up = (body.getInt(8) & IFF_UP) != 0;
    return name.isEmpty() && !gone
        ? Optional.empty()
        : Optional.of(new RouteMessage.Link(index, name, peer, pair && elsewhere, up, gone));
  }

  private static String kind(ByteBuffer linkInfo) {
    return attributes(linkInfo, 0).stream()
        .filter(a -> a.type() == IFLA_INFO_KIND)
        .map(a -> text(a.value()))
        .findFirst()
        .orElse("");
  }

  private static Optional<RouteMessage.DefaultRoute> route(ByteBuffer body, boolean gone) {
    if (body.limit() < ROUTE) {
      return Optional.empty();
    }
    int family = body.get(0);
    boolean toEverywhere = body.get(1) == 0 && body.get(2) == 0;
    int table = Byte.toUnsignedInt(body.get(4));
    boolean unicast = body.get(7) == RTN_UNICAST;
    int index = 0;
    long metric = 0;
    for (Attribute a : attributes(body, ROUTE)) {
      if (a.type() == RTA_MULTIPATH && a.value().limit() >= 8) {
        // Of several ways the first; struct rtnexthop has its interface after four bytes.
        index = a.value().getInt(4);
      } else if (a.value().limit() >= 4) {
        int value = a.value().getInt(0);
        switch (a.type()) {
          case RTA_OIF -> index = value;
          case RTA_PRIORITY -> metric = Integer.toUnsignedLong(value);
          case RTA_TABLE -> table = value;
          default -> {}
        }
      }
    }
    return (family == AF_INET || family == AF_INET6)
            && toEverywhere
            && unicast
            && table == RT_TABLE_MAIN
            && index > 0
        ? Optional.of(new RouteMessage.DefaultRoute(family == AF_INET6, index, metric, gone))
        : Optional.empty();
  }

  private record Attribute(int type, ByteBuffer value) {}

  private static List<Attribute> attributes(ByteBuffer body, int from) {
    List<Attribute> attributes = new ArrayList<>();
    int at = from;
    while (body.limit() - at >= 4) {
      int length = Short.toUnsignedInt(body.getShort(at));
      if (length < 4 || length > body.limit() - at) {
        break;
      }
      int type = Short.toUnsignedInt(body.getShort(at + 2)) & NLA_TYPE_MASK;
      attributes.add(new Attribute(type, body.slice(at + 4, length - 4).order(body.order())));
      at += align(length);
    }
    return attributes;
  }

  private static String text(ByteBuffer value) {
    int end = 0;
    while (end < value.limit() && value.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end];
    value.get(0, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int align(int length) {
    return length + 3 & ~3;
  }
}
