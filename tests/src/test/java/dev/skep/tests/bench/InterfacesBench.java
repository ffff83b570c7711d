package dev.skep.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Interfaces that a pattern matches: many at once, beside C, and one that comes later. */
final class InterfacesBench implements Measurement {
  private static final int MANY = 200;
  private static final int MANY_WARM_UP = 1;
  private static final int MANY_ROUNDS = 3;
  private static final int WARM_UP = 10;
  private static final int ROUNDS = 30;

  private record Tried(String words, String object, String function, String hook) {}

  private final Path root;
  private final Path folder;
  private final Path pins;

  InterfacesBench(Path root, Path folder, Path pins) {
    this.root = root;
    this.folder = folder;
    this.pins = pins;
  }

  @Override
  public String name() {
    return "interfaces that come";
  }

  @Override
  public List<Figure> measure() throws IOException {
    Files.createDirectories(pins);
    List<Tried> all =
        List.of(
            new Tried("XDP", "xdp_count", "count_packets", "xdp"),
            new Tried("TCX", "tcx_count", "on_ingress", "tc"));
    List<Figure> figures = new ArrayList<>();
    String own = "skb" + ProcessHandle.current().pid() % 100_000 + "o";
    for (Tried tried : all) {
      figures.add(appearing(tried, rounds(tried, own, 1, WARM_UP + ROUNDS)));
    }
    Path attacher = Baseline.compile(root, "attacher", folder);
    try (ManyInterfaces many = ManyInterfaces.make(MANY)) {
      for (Tried tried : all) {
        List<Double> c = inC(attacher, tried, many);
        List<Double> skep = rounds(tried, many.prefix(), MANY, MANY_WARM_UP + MANY_ROUNDS);
        figures.addAll(
            many(tried, Samples.of(c), Samples.of(skep.subList(MANY_WARM_UP, skep.size()))));
      }
    }
    return figures;
  }

  private static Figure appearing(Tried tried, List<Double> rounds) {
    return Figure.of(
            tried.words + ": an interface appears → attached",
            "ms",
            Samples.of(rounds.subList(WARM_UP, rounds.size())),
            Goal.median(50))
        .note(
            "From before the start of `ip link add`, which takes some milliseconds itself, to the"
                + " status that says so; 49 other programs wait for other interfaces.");
  }

  private static List<Figure> many(Tried tried, Samples c, Samples skep) {
    String name = MANY + " interfaces by one pattern, " + tried.words;
    return List.of(
        Figure.of(name + ": attached and pinned, C", "ms", c),
        Figure.of(name + ": assigned → status, Skep", "ms", skep)
            .note(
                "Both attach one after the other: the kernel holds its one lock of network devices,"
                    + " or its one of XDP programs, while it waits until no packet is on its way"
                    + " (synchronize_rcu), so that more at a time would wait for each other."),
        Figure.of("  Skep ÷ C, medians", "×", Samples.of(skep.median() / c.median())));
  }

  private List<Double> inC(Path attacher, Tried tried, ManyInterfaces many) throws IOException {
    return JavaProcess.rounds(
            List.of(
                attacher.toString(),
                object(tried),
                tried.function,
                tried.hook,
                many.pattern(),
                pins.resolve("baseline").toString(),
                Integer.toString(MANY_ROUNDS)))
        .stream()
        .map(microseconds -> microseconds / 1000)
        .toList();
  }

  private String object(Tried tried) {
    return root.resolve("bpf-programs/target/" + tried.object + ".bpf.o").toString();
  }

  private List<Double> rounds(Tried tried, String prefix, int interfaces, int rounds)
      throws IOException {
    return JavaProcess.rounds(
        JavaInterfaces.class,
        object(tried),
        tried.function,
        tried.hook,
        pins.resolve("interfaces").toString(),
        prefix,
        Integer.toString(interfaces),
        Integer.toString(rounds));
  }
}
