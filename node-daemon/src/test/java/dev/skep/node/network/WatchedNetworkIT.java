package dev.skep.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.artifact.process.Command;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Netlink;
import dev.skep.node.target.Network;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchedNetworkIT {
  private final String name = "skw" + ProcessHandle.current().pid();

  @Test
  @DisplayName("when messages were lost, everything is looked at anew")
  void lost() throws Exception {
    ip("netns", "add", name);
    try {
      Network network = Network.of(Path.of("/run/netns", name)).orElseThrow();
      Forgetful netlink = new Forgetful();
      try (WatchedNetwork watched = new WatchedNetwork(netlink, network)) {
        assertThat(watched.look(false).interfaces()).containsOnlyKeys("lo");
        ip("-n", name, "link", "add", "v0", "type", "veth", "peer", "name", "v1");
        assertThat(watched.look(false).interfaces()).containsOnlyKeys("lo");

        netlink.forgets = true;
        assertThat(watched.hear()).isTrue();

        assertThat(watched.look(false).interfaces()).containsOnlyKeys("lo", "v0", "v1");
        assertThat(watched.look(false).interfaces().get("v0").peer())
            .isEqualTo(watched.look(false).interfaces().get("v1").index());
      }
    } finally {
      ip("netns", "del", name);
    }
  }

  @Test
  @DisplayName("what is left of an answer that was not heard out is not taken for the next one's")
  void notHeardOut() throws Exception {
    ip("netns", "add", name);
    try {
      Network network = Network.of(Path.of("/run/netns", name)).orElseThrow();
      Forgetful netlink = new Forgetful();
      try (WatchedNetwork watched = new WatchedNetwork(netlink, network)) {
        netlink.fails = true;
        assertThatThrownBy(() -> watched.look(false)).isInstanceOf(NativeError.class);
        ip("-n", name, "link", "add", "v0", "type", "veth", "peer", "name", "v1");

        assertThat(watched.look(false).interfaces()).containsOnlyKeys("lo", "v0", "v1");
      }
    } finally {
      ip("netns", "del", name);
    }
  }

  @Test
  @DisplayName("the other end of a pair is abroad when it is in another namespace, and only then")
  void abroad() throws Exception {
    ip("netns", "add", name);
    ip("netns", "add", name + "p");
    try {
      Network network = Network.of(Path.of("/run/netns", name)).orElseThrow();
      ip("-n", name, "link", "add", "v0", "type", "veth", "peer", "v1", "netns", name + "p");
      ip("-n", name, "link", "add", "v2", "type", "veth", "peer", "name", "v3");
      try (WatchedNetwork watched = new WatchedNetwork(Netlink.get(), network)) {
        var found = watched.look(false).interfaces();
        assertThat(found.get("v0").abroad()).isTrue();
        assertThat(found.get("v2").abroad()).isFalse();
        assertThat(found.get("lo").abroad()).isFalse();

        // As CNI's bridge does: made inside, then one end is given away.
        ip("-n", name, "link", "set", "v3", "netns", name + "p");
        ip("-n", name, "link", "set", "v2", "up");
        ip("-n", name + "p", "link", "set", "v3", "up");
        await()
            .atMost(Duration.ofSeconds(5))
            .until(
                () -> {
                  watched.hear();
                  return watched.look(false).interfaces().get("v2").abroad();
                });
      }
    } finally {
      ip("netns", "del", name);
      ip("netns", "del", name + "p");
    }
  }

  private static void ip(String... arguments) {
    Command.of("ip").and(arguments).output();
  }

  /** The real one, that loses what came in and says so when it is told to. */
  private static final class Forgetful implements Netlink {
    private final Netlink real = Netlink.get();
    private boolean forgets;
    private boolean fails;

    @Override
    public Fd routeSocket(int groups) {
      return real.routeSocket(groups);
    }

    @Override
    public void send(Fd socket, byte[] message) {
      real.send(socket, message);
    }

    @Override
    public Optional<ByteBuffer> receive(Fd socket) {
      if (fails) {
        fails = false;
        throw new NativeError("recv", Errno.ENOBUFS, "lost", List.of());
      }
      Optional<ByteBuffer> datagram = real.receive(socket);
      if (!forgets) {
        return datagram;
      }
      while (datagram.isPresent()) {
        datagram = real.receive(socket);
      }
      forgets = false;
      throw new NativeError("recv", Errno.ENOBUFS, "lost", List.of());
    }

    @Override
    public Fd flag() {
      return real.flag();
    }

    @Override
    public void raise(Fd flag) {
      real.raise(flag);
    }

    @Override
    public void lower(Fd flag) {
      real.lower(flag);
    }

    @Override
    public Set<Fd> await(Collection<Fd> files, int milliseconds) {
      return real.await(files, milliseconds);
    }

    @Override
    public void enter(Fd network) {
      real.enter(network);
    }
  }
}
