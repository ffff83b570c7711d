package dev.skep.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.artifact.admit.Revisions;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.source.Assignments;
import dev.skep.node.source.DesiredSource;
import dev.skep.node.source.NodeValues;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Assigns one object under many names, without a cluster. */
final class OneObject implements DesiredSource {
  private static final String NAMESPACE = "bench";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] object;
  private final ObjectReport report;
  private final Function<String, Map<String, Object>> spec;
  private final Map<String, BpfRevision> revisions = new ConcurrentHashMap<>();
  private Consumer<Assignments> listener;
  private long generation;

  /**
   * @param spec of each program by its name, but for its image
   */
  OneObject(byte[] object, Function<String, Map<String, Object>> spec) {
    this.object = object;
    this.report = ObjectInspector.inspect(object);
    this.spec = spec;
  }

  void assign(List<String> programs) {
    List<AssignedRevision> wanted =
        programs.stream().map(name -> new AssignedRevision(NAMESPACE, name, "revision")).toList();
    listener.accept(new Assignments(++generation, wanted));
  }

  private BpfRevision revise(String name) {
    BpfProgram program = new BpfProgram();
    program.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
    Map<String, Object> whole = new HashMap<>(spec.apply(name));
    whole.put("image", Map.of("reference", "bench"));
    program.setSpec(JSON.convertValue(whole, BpfProgramSpec.class));
    return Revisions.revise(
        program,
        new ResolvedImage("bench", "sha256:0", "sha256:0", "bench.bpf.o", object, Map.of()),
        report);
  }

  @Override
  public void start(Consumer<Assignments> listener) {
    this.listener = listener;
  }

  @Override
  public BpfRevision revision(AssignedRevision assigned) {
    return revisions.computeIfAbsent(assigned.name(), this::revise);
  }

  @Override
  public byte[] object(BpfRevision revision) {
    return object;
  }

  @Override
  public NodeValues node() {
    return NodeValues.ofThisHost();
  }

  @Override
  public boolean connected() {
    return true;
  }

  @Override
  public void close() {}
}
