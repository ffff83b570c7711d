package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.source.DesiredSource;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What is in the objects of this node's programs; read again when memory was short. */
final class ObjectReports {
  private final DesiredSource source;
  private final Function<byte[], ObjectReport> inspector;
  private final Map<String, SoftReference<ObjectReport>> reports = new ConcurrentHashMap<>();

  ObjectReports(DesiredSource source, Function<byte[], ObjectReport> inspector) {
    this.source = source;
    this.inspector = inspector;
  }

  /** The report of a revision's object; throws Refusal when the object cannot be had. */
  ObjectReport of(BpfRevision revision) {
    String digest = revision.getSpec().image().objectDigest();
    SoftReference<ObjectReport> known = reports.get(digest);
    ObjectReport report = known == null ? null : known.get();
    return report == null ? of(revision, source.object(revision)) : report;
  }

  /** The same, where the object is at hand. */
  ObjectReport of(BpfRevision revision, byte[] object) {
    ObjectReport report = inspector.apply(object);
    reports.put(revision.getSpec().image().objectDigest(), new SoftReference<>(report));
    return report;
  }
}
