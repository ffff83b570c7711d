package dev.skep.node.network;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Netlink;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import dev.skep.node.target.Network;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Work done in another network namespace: on a thread made for it, that ends with it, so that no
 * other work finds itself there.
 */
public final class Visit {
  /** What the thread is in when not in this process's own. */
  private static final ThreadLocal<String> WHERE = new ThreadLocal<>();

  private Visit() {}

  /**
   * Does the work in a network namespace; at once where that is this process's own, or the one that
   * the thread is in already.
   *
   * @throws Refusal NetworkNotFound when it is not there any more, Incompatible when this daemon
   *     may not enter it
   */
  public static <T> T to(Network network, Supplier<T> work) {
    if (network.inOwn() || network.id().equals(WHERE.get())) {
      return work.get();
    }
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("in " + network.id())
        .daemon()
        .start(
            () -> {
              try {
                enter(network);
                WHERE.set(network.id());
                done.complete(work.get());
              } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
              }
            });
    try {
      return done.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException own -> throw own;
        case Error own -> throw own;
        default -> throw e;
      }
    }
  }

  private static void enter(Network network) {
    try (Fd file = Libc.get().open(network.path())) {
      // The name may stand for another one by now.
      if (!Network.of(Path.of(network.path())).equals(Optional.of(network))) {
        throw network.gone();
      }
      Netlink.get().enter(file);
    } catch (NativeError e) {
      throw switch (e.errno()) {
        case Errno.ENOENT -> network.gone();
        case Errno.EPERM, Errno.EACCES ->
            new Refusal(
                Capabilities.own()
                    .refusal("to enter " + network.name(), Capability.SYS_ADMIN)
                    .orElseGet(
                        () ->
                            Failure.of(
                                Reason.PermissionDenied,
                                "%s may not be entered (%s)"
                                    .formatted(network.name(), Errno.name(e.errno())))),
                e);
        default ->
            new Refusal(
                Reason.NetworkNotFound,
                network.name() + " cannot be entered: " + e.getMessage(),
                e);
      };
    }
  }
}
