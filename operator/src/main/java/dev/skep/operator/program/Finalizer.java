package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.net.HttpURLConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The mark that holds a program until its nodes let go. It is set beside the other writes, which
 * saves a round trip before the nodes hear of the program: a program deleted in between is noticed
 * by its nodes all the same, for they are told what exists.
 */
final class Finalizer {
  private static final Executor THREADS = task -> Thread.ofVirtual().name("finalizer").start(task);

  private final CompletableFuture<Void> write;

  private Finalizer(CompletableFuture<Void> write) {
    this.write = write;
  }

  static Finalizer begin(Context<BpfProgram> context) {
    return new Finalizer(
        context.getPrimaryResource().hasFinalizer(BpfProgramReconciler.FINALIZER)
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.runAsync(
                () ->
                    unlessGone(
                        () ->
                            context
                                .resourceOperations()
                                .addFinalizer(BpfProgramReconciler.FINALIZER)),
                THREADS));
  }

  static void remove(Context<BpfProgram> context) {
    unlessGone(() -> context.resourceOperations().removeFinalizer(BpfProgramReconciler.FINALIZER));
  }

  /** The cache may be a moment behind, and another operator be faster: gone is an answer. */
  private static void unlessGone(Runnable write) {
    try {
      write.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  void await() {
    try {
      write.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
