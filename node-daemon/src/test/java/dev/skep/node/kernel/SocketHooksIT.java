package dev.skep.node.kernel;

import static dev.skep.node.kernel.HookTrial.possible;
import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.StructOps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs of sockets: those in a map, and those that use a table of functions. */
@Tag("hook")
class SocketHooksIT {
  private static final LoadKey KEY = key("sockets", "aaaa");
  private static final LoadKey NEXT = key("sockets", "bbbb");
  private static final StructOps TABLE = new StructOps("keeps_window");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("sockmap, sk_msg: what sockets send")
  void messages() {
    firesOnTraffic("sockets", "on_message");
  }

  @Test
  @DisplayName("sockmap, sk_skb/stream_parser")
  void parser() {
    possible(() -> test.kernel().load(request("sockets", KEY)));
    test.kernel().attach(KEY, link("on_stream", new Sockmap("sockets")));
    firesAmongOthers("sockets", "on_piece");
  }

  @Test
  @DisplayName("sockmap, sk_skb/stream_verdict: what sockets receive")
  void verdict() {
    firesOnTraffic("sockets", "on_stream");
  }

  @Test
  @DisplayName("sockmap, sk_skb/verdict, of a map of type sockmap")
  void verdictOfSockmap() {
    firesOnTraffic("sockmap", "on_receive");
  }

  private void firesOnTraffic(String object, String function) {
    possible(() -> test.kernel().load(request(object, KEY)));
    firesAmongOthers(object, function);
  }

  /** Sockets that are put in the map later run the program, and that of the next revision. */
  private void firesAmongOthers(String object, String function) {
    Sockmap hook = new Sockmap("sockets");
    ObservedLink link = test.kernel().attach(KEY, link(function, hook));
    ObservedLink keeper = test.kernel().attach(KEY, link("keep_socket", new Cgroup("/")));
    assertThat(link.alive()).isTrue();
    counts(KEY, true);
    assertThat(test.startAgain().observe(KEY).orElseThrow().links()).contains(link, keeper);

    test.kernel().load(request(object, NEXT, KEY));
    ObservedLink next = test.kernel().replace(link, NEXT, link(function, hook));
    assertThat(next.alive()).isTrue();
    assertThat(next.load()).isEqualTo(NEXT);
    counts(NEXT, true);
    for (LoadKey key : new LoadKey[] {KEY, NEXT}) {
      test.kernel().observe(key).orElseThrow().links().stream()
          .filter(l -> !l.equals(keeper))
          .forEach(test.kernel()::detach);
    }
    counts(NEXT, false);
  }

  private void counts(LoadKey key, boolean more) {
    if (more) {
      assertThat(counted(key)).isPositive();
    } else {
      // The end of a connection that was closed before may still come.
      await().atMost(Duration.ofSeconds(10)).until(() -> counted(key) == 0);
    }
  }

  private long counted(LoadKey key) {
    long before = test.count(key, "hits");
    traffic();
    return test.count(key, "hits") - before;
  }

  @Test
  @DisplayName("sockmap: a second program of a kind, and a map of another type, are refused")
  void refusals() {
    LoadKey other = key("other", "aaaa");
    possible(() -> test.kernel().load(request("sockets", KEY)));
    test.kernel().load(request("sockets", other, KEY));
    test.kernel().attach(KEY, link("on_message", new Sockmap("sockets")));
    refused(other, "on_message", "sockets", Reason.HookBusy, "of it/sockets");
    refused(other, "on_message", "hits", Reason.WrongAttachType, "no map of sockets");
    refused(other, "on_message", "sox", Reason.UnknownMap, "no map \"sox\"");
  }

  private void refused(LoadKey key, String function, String map, Reason reason, String words) {
    assertThatThrownBy(() -> test.kernel().attach(key, link(function, new Sockmap(map))))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.failure().reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  @Test
  @DisplayName("struct_ops: a TCP congestion control that connections use")
  void structOps() {
    try (TestVeth veth = new TestVeth()) {
      possible(() -> test.kernel().load(request("congestion", KEY)));
      ObservedLink link = test.kernel().attach(KEY, link("on_init", TABLE));
      assertThat(link.alive()).isTrue();
      counts(KEY, veth, true);
      assertThat(test.startAgain().observe(KEY).orElseThrow().links()).containsExactly(link);
      counts(KEY, veth, true);

      test.kernel().load(request("congestion", NEXT, KEY));
      ObservedLink next = test.kernel().replace(link, NEXT, link("on_init", TABLE));
      assertThat(next.alive()).isTrue();
      assertThat(test.kernel().observe(KEY).orElseThrow().links()).isEmpty();
      test.kernel().unload(KEY);
      counts(NEXT, veth, true);
      test.kernel().detach(next);
      counts(NEXT, veth, false);
    }
  }

  @Test
  @DisplayName("struct_ops: a second table of one name is refused with words")
  void sameName() {
    LoadKey other = key("other", "aaaa");
    possible(() -> test.kernel().load(request("congestion", KEY)));
    test.kernel().load(request("congestion", other));
    test.kernel().attach(KEY, link("on_init", TABLE));
    assertThatThrownBy(() -> test.kernel().attach(other, link("on_init", TABLE)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("of this name");
  }

  private void counts(LoadKey key, TestVeth veth, boolean more) {
    long before = test.count(key, "hits");
    connect(veth);
    assertThat(test.count(key, "hits") > before).isEqualTo(more);
  }

  /** A connection out of the namespace, with our congestion control where there is one. */
  private static void connect(TestVeth veth) {
    try (ServerSocket server =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {10, (byte) 231, 78, 1}))) {
      String use = "/proc/sys/net/ipv4/tcp_congestion_control";
      veth.inside(
          "bash",
          "-c",
          "echo skep_it 2>/dev/null >%s || echo reno >%s; exec 3<>/dev/tcp/10.231.78.1/%d; echo hi >&3"
              .formatted(use, use, server.getLocalPort()));
      try (Socket accepted = server.accept()) {
        accepted.getInputStream().readAllBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void traffic() {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.INET)) {
      server.bind(new InetSocketAddress("127.0.0.1", 0));
      client.connect(server.getLocalAddress());
      try (SocketChannel accepted = server.accept()) {
        client.write(ByteBuffer.wrap(new byte[100]));
        accepted.read(ByteBuffer.allocate(100));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
