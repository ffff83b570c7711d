package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.hook.Cgroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each call of a control group, by its SEC(). */
@Tag("hook")
class CgroupHooksIT {
  private static final ProtocolFamily IPV4 = StandardProtocolFamily.INET;
  private static final ProtocolFamily IPV6 = StandardProtocolFamily.INET6;

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  private interface Event {
    void happen() throws IOException;
  }

  private void fires(String function, Event event) {
    Runnable makeIt =
        () -> {
          try {
            event.happen();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    new HookTrial(test, "cgroup_calls", function, new Cgroup("/"), makeIt).fires();
  }

  @Test
  @DisplayName("cgroup_skb ingress")
  void ingress() {
    fires("on_ingress", () -> datagram(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup/skb")
  void skb() {
    fires("on_skb", () -> datagram(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup sock_create")
  void create() {
    fires("on_create", () -> DatagramChannel.open(IPV4).close());
  }

  @Test
  @DisplayName("cgroup/sock")
  void sock() {
    fires("on_sock", () -> DatagramChannel.open(IPV4).close());
  }

  @Test
  @DisplayName("cgroup sock_release")
  void release() {
    fires("on_release", () -> DatagramChannel.open(IPV4).close());
  }

  @Test
  @DisplayName("cgroup bind4")
  void bind4() {
    fires("on_bind4", () -> bind(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup bind6")
  void bind6() {
    fires("on_bind6", () -> bind(IPV6, "::1"));
  }

  @Test
  @DisplayName("cgroup post_bind4")
  void postBind4() {
    fires("on_post_bind4", () -> bind(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup post_bind6")
  void postBind6() {
    fires("on_post_bind6", () -> bind(IPV6, "::1"));
  }

  @Test
  @DisplayName("cgroup connect4, with a socket of IPv4")
  void connect4() {
    fires("on_connect4", () -> connection(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup connect6")
  void connect6() {
    fires("on_connect6", () -> connection(IPV6, "::1"));
  }

  @Test
  @DisplayName("cgroup sendmsg4")
  void sendmsg4() {
    fires("on_sendmsg4", () -> datagram(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup sendmsg6")
  void sendmsg6() {
    fires("on_sendmsg6", () -> datagram(IPV6, "::1"));
  }

  @Test
  @DisplayName("cgroup recvmsg4")
  void recvmsg4() {
    fires("on_recvmsg4", () -> datagram(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup recvmsg6")
  void recvmsg6() {
    fires("on_recvmsg6", () -> datagram(IPV6, "::1"));
  }

  @Test
  @DisplayName("cgroup getpeername4")
  void getpeername4() {
    fires("on_getpeername4", () -> connection(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup getpeername6")
  void getpeername6() {
    fires("on_getpeername6", () -> connection(IPV6, "::1"));
  }

  @Test
  @DisplayName("cgroup getsockname4")
  void getsockname4() {
    fires("on_getsockname4", () -> bind(IPV4, "127.0.0.1"));
  }

  @Test
  @DisplayName("cgroup getsockname6")
  void getsockname6() {
    fires("on_getsockname6", () -> bind(IPV6, "::1"));
  }

  @Test
  @DisplayName("cgroup connect_unix")
  void connectUnix() {
    fires("on_connect_unix", this::unixConnection);
  }

  @Test
  @DisplayName("cgroup getpeername_unix")
  void getpeernameUnix() {
    fires("on_getpeername_unix", this::unixConnection);
  }

  @Test
  @DisplayName("cgroup getsockname_unix")
  void getsocknameUnix() {
    fires("on_getsockname_unix", this::unixConnection);
  }

  @Test
  @DisplayName("cgroup sendmsg_unix")
  void sendmsgUnix() {
    fires("on_sendmsg_unix", this::unixDatagram);
  }

  @Test
  @DisplayName("cgroup recvmsg_unix")
  void recvmsgUnix() {
    fires("on_recvmsg_unix", this::unixDatagram);
  }

  @Test
  @DisplayName("cgroup getsockopt")
  void getsockopt() {
    fires(
        "on_getsockopt",
        () -> {
          try (DatagramChannel channel = DatagramChannel.open(IPV4)) {
            channel.getOption(StandardSocketOptions.SO_RCVBUF);
          }
        });
  }

  @Test
  @DisplayName("cgroup setsockopt")
  void setsockopt() {
    fires(
        "on_setsockopt",
        () -> {
          try (DatagramChannel channel = DatagramChannel.open(IPV4)) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 65536);
          }
        });
  }

  @Test
  @DisplayName("cgroup sysctl")
  void sysctl() {
    fires("on_sysctl", () -> Files.readString(Path.of("/proc/sys/kernel/ostype")));
  }

  @Test
  @DisplayName("cgroup dev")
  void device() {
    fires("on_device", () -> Files.newInputStream(Path.of("/dev/zero")).close());
  }

  @Test
  @DisplayName("cgroup sockops")
  void sockops() {
    fires("on_sockops", () -> connection(IPV4, "127.0.0.1"));
  }

  private static void bind(ProtocolFamily family, String address) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(family)) {
      channel.bind(new InetSocketAddress(address, 0));
    }
  }

  private static void datagram(ProtocolFamily family, String address) throws IOException {
    try (DatagramChannel to = DatagramChannel.open(family);
        DatagramChannel from = DatagramChannel.open(family)) {
      to.bind(new InetSocketAddress(address, 0));
      from.send(ByteBuffer.wrap(new byte[1]), to.getLocalAddress());
      to.receive(ByteBuffer.allocate(1));
    }
  }

  /** Both ends have an address: of a peer without one no program is asked. */
  private void unixConnection() throws IOException {
    betweenFiles(
        (server, client) ->
            connection(
                StandardProtocolFamily.UNIX,
                UnixDomainSocketAddress.of(server),
                UnixDomainSocketAddress.of(client)));
  }

  private void unixDatagram() throws IOException {
    betweenFiles(TestDatagram::send);
  }

  private interface Pair {
    void meet(Path one, Path other) throws IOException;
  }

  private void betweenFiles(Pair pair) throws IOException {
    Path one = test.journal.resolve("one");
    Path other = test.journal.resolve("other");
    try {
      pair.meet(one, other);
    } finally {
      Files.deleteIfExists(one);
      Files.deleteIfExists(other);
    }
  }

  private static void connection(ProtocolFamily family, String address) throws IOException {
    SocketAddress any = new InetSocketAddress(address, 0);
    connection(family, any, any);
  }

  private static void connection(ProtocolFamily family, SocketAddress at, SocketAddress from)
      throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(family);
        SocketChannel client = SocketChannel.open(family)) {
      server.bind(at);
      client.bind(from);
      client.connect(server.getLocalAddress());
      server.accept().close();
    }
  }
}
