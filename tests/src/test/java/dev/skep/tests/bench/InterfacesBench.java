package dev.skep.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Interfaces that a pattern matches: many at once, and one that comes later. */
final class InterfacesBench implements Measurement {
  private static final int MANY = 200;
  private static final int MANY_ROUNDS = 3;
  private static final int WARM_UP = 10;
  private static final int ROUNDS = 30;

  private final Path root;
  private final Path pins;

  InterfacesBench(Path root, Path pins) {
    this.root = root;
    this.pins = pins;
  }

  @Override
  public String name() {
    return "interfaces that come";
  }

  @Override
  public List<Figure> measure() throws IOException {
    Files.createDirectories(pins);
    List<Figure> figures = new ArrayList<>();
    figures.addAll(of("XDP", "xdp_count", "count_packets", "xdp"));
    figures.addAll(of("TCX", "tcx_count", "on_ingress", "tc"));
    return figures;
  }

  private List<Figure> of(String words, String object, String function, String hook)
      throws IOException {
    List<Double> appear = rounds(object, function, hook, 1, WARM_UP + ROUNDS);
    List<Double> many = rounds(object, function, hook, MANY, 1 + MANY_ROUNDS);
    return List.of(
        Figure.of(
                words + ": an interface appears → attached",
                "ms",
                Samples.of(appear.subList(WARM_UP, appear.size())),
                Goal.median(50))
            .note(
                "From before the start of `ip link add`, which takes some milliseconds itself, to"
                    + " the status that says so; 49 other programs wait for other interfaces."),
        Figure.of(
                MANY + " interfaces by one pattern: assigned → all attached (" + words + ")",
                "ms",
                Samples.of(many.subList(1, many.size())))
            .note(
                "The kernel attaches one at a time, and for TCX waits each time until no packet is"
                    + " on its way (synchronize_rcu)."));
  }

  private List<Double> rounds(
      String object, String function, String hook, int interfaces, int rounds) throws IOException {
    return JavaProcess.rounds(
        JavaInterfaces.class,
        root.resolve("bpf-programs/target/" + object + ".bpf.o").toString(),
        function,
        hook,
        pins.resolve("interfaces").toString(),
        Integer.toString(interfaces),
        Integer.toString(rounds));
  }
}
