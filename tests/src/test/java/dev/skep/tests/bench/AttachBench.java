package dev.skep.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Event;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Attaching one loaded program to each hook of this kernel: plain C with libbpf, and Skep. */
final class AttachBench implements Measurement {
  private static final int WARM_UP = 1200;
  private static final int ROUNDS = 400;

  /** Where letting go takes the kernel 10 to 150 ms. */
  private static final int FEW_WARM_UP = 60;

  private static final int FEW_ROUNDS = 40;
  private static final String INTERFACE = "skepbench0";
  private static final String NAMESPACE = "skep-bench";

  /**
   * One hook.
   *
   * @param way how attacher.c is to attach; auto as SEC() says
   * @param target what it needs for that
   */
  private record Tried(String object, String function, Hook hook, String way, String target) {
    boolean isSlow() {
      return switch (hook) {
        case Tracepoint _, RawTracepoint _, Uprobe _, Xdp _, Tc _, StructOps _ -> true;
        default -> false;
      };
    }

    int warmUp() {
      return isSlow() ? FEW_WARM_UP : WARM_UP;
    }

    int rounds() {
      return isSlow() ? FEW_ROUNDS : ROUNDS;
    }

    /** The attacher's medians, given how many rounds and, for slow hooks, when pauses begin. */
    Samples measure(List<String> attacher) throws IOException {
      int warmUp = warmUp();
      List<String> command = new ArrayList<>(attacher);
      command.add(Integer.toString(warmUp + rounds()));
      if (isSlow()) {
        // Without a pause a round waits for what the one before left the kernel to do.
        command.add(Integer.toString(warmUp));
      }
      List<Double> all = JavaProcess.rounds(command);
      return Samples.of(all.subList(warmUp, all.size()));
    }
  }

  private final Path root;
  private final Path folder;
  private final Path pins;

  AttachBench(Path root, Path folder, Path pins) {
    this.root = root;
    this.folder = folder;
    this.pins = pins;
  }

  @Override
  public String name() {
    return "attaching to each hook";
  }

  @Override
  public List<Figure> measure() throws IOException {
    Files.createDirectories(pins);
    Path attacher = Baseline.compile(root, "attacher", folder);
    Command.run("ip", "netns", "add", NAMESPACE);
    try {
      String pair = "ip link add " + INTERFACE + " type veth peer name eth0 netns " + NAMESPACE;
      Command.run(pair.split(" "));
      List<Figure> figures = new ArrayList<>();
      for (Tried tried : all()) {
        figures.add(measure(attacher, tried));
      }
      return figures;
    } finally {
      // The namespace takes its end of the pair, and that the other one, with it.
      Command.run("ip", "netns", "del", NAMESPACE);
    }
  }

  private static List<Tried> all() throws IOException {
    String libc = libc();
    return List.of(
        new Tried("tp", "on_openat", new Tracepoint("syscalls/sys_enter_openat"), "auto", "-"),
        new Tried("raw_tp", "on_sys_enter", new RawTracepoint("sys_enter"), "auto", "-"),
        new Tried("tp_btf", "on_sys_enter", new RawTracepoint("sys_enter"), "auto", "-"),
        new Tried(
            "uprobe", "on_entry", new Uprobe(libc, "getppid", null), "uprobe", libc + ":getppid"),
        new Tried(
            "perf_event", "on_sample", new PerfEvent(Event.CpuClock, 99, null), "perf_event", "-"),
        new Tried(
            "xdp_count", "count_packets", new Xdp(List.of(INTERFACE), null), "xdp", INTERFACE),
        new Tried(
            "tcx_count",
            "on_ingress",
            new Tc(List.of(INTERFACE), Direction.Ingress),
            "tc",
            INTERFACE),
        new Tried("cgroup_skb", "on_egress", new Cgroup("/"), "cgroup", cgroups()),
        new Tried("sk_lookup", "on_lookup", new SkLookup(null, null), "netns", "/proc/self/ns/net"),
        new Tried(
            "netfilter",
            "on_packet",
            new Netfilter(Netfilter.Family.Ipv4, Netfilter.Point.LocalIn, null, null),
            "netfilter",
            "-"),
        new Tried("iter_task", "show_task", new Iter("task", null, null), "auto", "-"),
        new Tried(
            "congestion", "on_init", new StructOps("keeps_window"), "struct_ops", "keeps_window"));
  }

  private Figure measure(Path attacher, Tried tried) throws IOException {
    String object = root.resolve("bpf-programs/target/" + tried.object + ".bpf.o").toString();
    Samples c =
        tried.measure(
            List.of(
                attacher.toString(),
                object,
                tried.function,
                tried.way,
                tried.target,
                pins.resolve("baseline").toString()));
    String attach = new ObjectMapper().writeValueAsString(Attach.of(tried.hook));
    Samples skep =
        tried.measure(
            JavaProcess.command(
                JavaAttacher.class,
                object,
                tried.function,
                attach,
                pins.resolve("java").toString()));
    String name = tried.hook.getClass().getSimpleName() + ", " + tried.object;
    return Figure.of(
            "attach+pin to " + name + ", Skep ÷ C",
            "×",
            Samples.of(skep.median() / c.median()),
            Goal.median(2))
        .note(
            String.format(
                Locale.ROOT,
                "%s: medians %.0f µs from Skep, with its journal, and %.0f µs from C",
                name,
                skep.median(),
                c.median()));
  }

  /** The libc that this process has mapped. */
  private static String libc() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("/libc.so.6"))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String cgroups() throws IOException {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts
          .map(line -> line.split(" "))
          .filter(fields -> fields[2].equals("cgroup2"))
          .map(fields -> fields[1])
          .findFirst()
          .orElseThrow();
    }
  }
}
