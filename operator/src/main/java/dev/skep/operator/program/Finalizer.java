package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import io.javaoperatorsdk.operator.api.reconciler.Context;
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
                () -> context.resourceOperations().addFinalizer(BpfProgramReconciler.FINALIZER),
                THREADS));
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
