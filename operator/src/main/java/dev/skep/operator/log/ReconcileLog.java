package dev.skep.operator.log;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.MDC;

/** Puts one id, the kind and the object on every log line of one reconcile. */
public final class ReconcileLog implements AutoCloseable {
  private static final AtomicLong NEXT = new AtomicLong();

  private ReconcileLog() {}

  /** Until it is closed, on this thread. */
  public static ReconcileLog of(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    String name = object.getMetadata().getName();
    MDC.put("reconcile", Long.toString(NEXT.incrementAndGet()));
    MDC.put("kind", object.getKind());
    MDC.put("object", namespace == null ? name : namespace + "/" + name);
    return new ReconcileLog();
  }

  @Override
  public void close() {
    MDC.remove("reconcile");
    MDC.remove("kind");
    MDC.remove("object");
  }
}
