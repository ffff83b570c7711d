package dev.skep.tests.bench;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.Veth;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** From an object in the API to a program in the kernel and a status that says so. */
final class ApplyBench implements Measurement {
  private static final int WARM_UP = 8;
  private static final int APPLIES = 40;
  private static final int BURST = 20;
  private static final int BURSTS = 5;
  private static final int COUNTED = 20;

  private final Stack stack;

  ApplyBench(Stack stack) {
    this.stack = stack;
  }

  @Override
  public String name() {
    return "apply → attached → Ready";
  }

  @Override
  public List<Figure> measure() {
    String tracepoint = push("tp");
    String tcx = push("tcx_count");
    List<Figure> figures = new ArrayList<>();
    try (Veth veth = Veth.create("skepbench0");
        Watcher watcher = new Watcher(stack)) {
      figures.addAll(latency(watcher, "tracepoint", image(tracepoint), "173 / 201", "194 / 219"));
      figures.addAll(
          latency(
              watcher,
              "TCX",
              image(tcx)
                  + """
                  programs:
                  - function: on_ingress
                    attach: {tc: {interfaces: [%s], direction: Ingress}}
                  """
                      .formatted(veth.name()),
              "41 / 134",
              "74 / 166"));
      figures.add(burst(watcher, image(tracepoint)));
      figures.add(requests(watcher, image(tracepoint)));
    } finally {
      stack.deletePrograms();
    }
    return figures;
  }

  private String push(String object) {
    String reference = stack.registry().address() + "/bench/" + object + ":v1";
    TestImages.push(reference, Map.of(object + ".bpf.o", TestImages.object(object)));
    return reference;
  }

  private static String image(String reference) {
    return "image: {reference: \"" + reference + "\"}\n";
  }

  static BpfProgram program(String name, String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: skep.dev/v1alpha1
        kind: BpfProgram
        metadata: {name: %s, namespace: %s}
        spec:
        %s"""
            .formatted(name, Stack.NAMESPACE, spec.indent(2)),
        BpfProgram.class);
  }

  private List<Figure> latency(
      Watcher watcher, String hook, String spec, String bpfmanAttached, String bpfmanReady) {
    List<Double> attached = new ArrayList<>();
    List<Double> afterAnswer = new ArrayList<>();
    List<Double> ready = new ArrayList<>();
    for (int i = 0; i < WARM_UP + APPLIES; i++) {
      String name = "one-" + hook.toLowerCase() + "-" + i;
      long sent = System.nanoTime();
      Thread seen = null;
      long[] pinned = new long[1];
      seen = Thread.ofPlatform().start(() -> pinned[0] = watcher.awaitLinks(name, 1));
      stack.client().resource(program(name, spec)).create();
      long answered = System.nanoTime();
      join(seen);
      long said = watcher.awaitReady(name);
      if (pinned[0] == 0) {
        throw new IllegalStateException(name + " was not attached");
      }
      if (i >= WARM_UP) {
        attached.add(milliseconds(sent, pinned[0]));
        afterAnswer.add(milliseconds(answered, pinned[0]));
        ready.add(milliseconds(sent, said));
      }
      stack.client().resource(program(name, spec)).delete();
      watcher.awaitGone(name);
    }
    return List.of(
        Figure.of(
                hook + ": create sent → attached",
                "ms",
                Samples.of(attached),
                Goal.median(40),
                Goal.p95(100))
            .note(
                "From before the POST, which takes a round trip itself, to the link's pin; image"
                    + " cached, by tag; the first "
                    + WARM_UP
                    + " applies warm up."),
        Figure.of(hook + ": created (POST answered) → attached", "ms", Samples.of(afterAnswer))
            .bpfman(bpfmanAttached),
        Figure.of(hook + ": create sent → Ready in status", "ms", Samples.of(ready))
            .bpfman(bpfmanReady));
  }

  private Figure burst(Watcher watcher, String spec) {
    List<Double> last = new ArrayList<>();
    for (int round = 0; round < BURSTS; round++) {
      String prefix = "burst-" + round + "-";
      List<String> names = IntStream.range(0, BURST).mapToObj(i -> prefix + i).toList();
      long sent = System.nanoTime();
      names.forEach(name -> stack.client().resource(program(name, spec)).create());
      long all = names.stream().mapToLong(name -> watcher.awaitLinks(name, 1)).max().orElseThrow();
      last.add(milliseconds(sent, all));
      names.forEach(watcher::awaitReady);
      names.forEach(name -> stack.client().resource(program(name, spec)).delete());
      names.forEach(watcher::awaitGone);
    }
    return Figure.of(
            BURST + " programs in one apply → last attached",
            "ms",
            Samples.of(last),
            Goal.max(1600))
        .bpfman("5850");
  }

  private Figure requests(Watcher watcher, String spec) {
    awaitCollected();
    ApiRequests before = ApiRequests.read(stack.client());
    for (int i = 0; i < COUNTED; i++) {
      String name = "counted-" + i;
      stack.client().resource(program(name, spec)).create();
      watcher.awaitReady(name);
      // Far enough apart that two applies do not share a write.
      Stack.pause(300);
    }
    ApiRequests made =
        ApiRequests.read(stack.client()).since(before).without("POST bpfprograms", COUNTED);
    return Figure.of(
            "API requests per apply, one node",
            "requests",
            Samples.of((double) made.total() / COUNTED),
            Goal.median(8))
        .bpfman("9.4")
        .note(
            "Requests of operator and daemon over "
                + COUNTED
                + " applies, without the POST itself, leases and other clients' kinds: "
                + made.per(COUNTED));
  }

  /** The cluster's garbage collector deletes revisions of deleted programs, at its own pace. */
  private void awaitCollected() {
    Watcher.await(
        "no revisions left",
        () ->
            stack.client().resources(BpfRevision.class).list().getItems().isEmpty()
                ? System.nanoTime()
                : null);
  }

  private static double milliseconds(long from, long to) {
    return (to - from) / 1e6;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
