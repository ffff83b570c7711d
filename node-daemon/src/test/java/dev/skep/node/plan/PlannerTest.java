package dev.skep.node.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpAction;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.node.kernel.DeclaredMap;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.SimulatedKernel;
import dev.skep.node.kernel.WantedLink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final List<WantedLink> TARGETS =
      List.of(
          wanted(new Xdp(List.of("eth0"), XdpMode.Auto)),
          wanted(new Xdp(List.of("eth1"), XdpMode.Auto)),
          wanted(new Tc(List.of("eth0"), Direction.Ingress)),
          wanted(new Tc(List.of("eth1"), Direction.Egress)),
          wanted(new Tracepoint("syscalls/sys_enter_open")),
          wanted(new RawTracepoint("sched_switch")),
          wanted(new Cgroup("/")));

  private final SimulatedKernel kernel = new SimulatedKernel();

  @Test
  @DisplayName("a program that is not there is loaded, attached, and then there is nothing to do")
  void fromNothing() {
    Desired desired = desired("a", TARGETS);

    List<Step> plan = plan(Optional.of(desired));

    assertThat(plan.getFirst()).isEqualTo(new Step.Load(key("a"), List.of()));
    assertThat(plan).hasSize(1 + TARGETS.size());
    plan.forEach(this::execute);
    assertThat(plan(Optional.of(desired))).isEmpty();
  }

  @Test
  @DisplayName(
      "a new load turns over links that can be, and attaches the others before it detaches")
  void update() {
    run(Optional.of(desired("a", List.of(TARGETS.get(0), TARGETS.get(4)))));

    List<Step> plan = plan(Optional.of(desired("b", List.of(TARGETS.get(0), TARGETS.get(4)))));

    assertThat(plan)
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("Load", "ReplaceLink", "AttachLink", "DetachLink", "Unload");
    assertThat(((Step.Load) plan.getFirst()).reuse()).containsExactly(key("a"));
  }

  @Test
  @DisplayName("maps are taken over from the newest load first")
  void reuseOrder() {
    for (String load : List.of("z", "a", "m")) {
      execute(new Step.Load(key(load), List.of()));
    }

    List<Step> plan = plan(Optional.of(desired("new", List.of())));

    assertThat(((Step.Load) plan.getFirst()).reuse()).containsExactly(key("m"), key("a"), key("z"));
  }

  @Test
  @DisplayName("a link that lost its target is taken away, and made again when it is wanted")
  void deadLink() {
    Desired desired = desired("a", List.of(TARGETS.get(0)));
    run(Optional.of(desired));
    kernel.removeInterface("eth0");

    assertThat(plan(Optional.of(desired)))
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("DetachLink", "AttachLink");
  }

  @Test
  @DisplayName("another function on the same XDP interface turns the link over")
  void otherXdpFunction() {
    Desired before = desired("a", List.of(TARGETS.get(0)));
    run(Optional.of(before));
    WantedLink after = WantedLink.of("g", TARGETS.get(0).hook());

    List<Step> plan = plan(Optional.of(new Desired(key("b"), Set.of("g"), List.of(after))));

    assertThat(plan)
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("Load", "ReplaceLink", "Unload");
  }

  @Test
  @DisplayName("another XDP priority moves the program among the others, in place")
  void otherXdpPriority() {
    run(Optional.of(desired("a", List.of(TARGETS.get(0)))));
    WantedLink late =
        wanted(new Xdp(List.of("eth0"), null, null, null, null, 90, List.of(XdpAction.Drop)));

    List<Step> plan = plan(Optional.of(desired("a", List.of(late))));

    assertThat(plan).singleElement().isInstanceOf(Step.ReplaceLink.class);
    run(Optional.of(desired("a", List.of(late))));
    assertThat(plan(Optional.of(desired("a", List.of(late))))).isEmpty();
  }

  @Test
  @DisplayName("a second function comes to an XDP interface beside the first, which stays")
  void secondXdpFunction() {
    WantedLink first = TARGETS.get(0);
    WantedLink second = WantedLink.of("g", first.hook());
    ObservedLoad standing =
        new ObservedLoad(
            key("a"),
            Map.of("f", 1, "g", 2),
            List.of(),
            List.of(
                new ObservedLink(key("a"), "f", first.hook(), first.target(), List.of(7), true)));
    for (List<WantedLink> links : List.of(List.of(first, second), List.of(second, first))) {
      Desired both = new Desired(key("a"), Set.of("f", "g"), links);

      assertThat(Planner.plan(Optional.of(both), List.of(standing), hook -> true))
          .containsExactly(new Step.AttachLink(key("a"), second));
    }
  }

  @Test
  @DisplayName("another XDP mode on the same interface takes the old link away first")
  void otherXdpMode() {
    run(Optional.of(desired("a", List.of(TARGETS.get(0)))));
    WantedLink generic = wanted(new Xdp(List.of("eth0"), XdpMode.Generic));

    List<Step> plan = plan(Optional.of(desired("a", List.of(generic))));

    assertThat(plan)
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("DetachLink", "AttachLink");
  }

  @Test
  @DisplayName("another cookie on the same tracepoint takes the old link away first")
  void otherCookie() {
    run(Optional.of(desired("a", List.of(wanted(new Tracepoint("a/b", 1L))))));

    List<Step> plan = plan(Optional.of(desired("a", List.of(wanted(new Tracepoint("a/b", 2L))))));

    assertThat(plan)
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("DetachLink", "AttachLink");
  }

  @Test
  @DisplayName("another priority on the same interface takes the old link away first")
  void otherPriority() {
    Tc early = new Tc(List.of("eth0"), null, null, null, Direction.Ingress, 10);
    Tc other = new Tc(List.of("eth0"), null, null, null, Direction.Egress, 10);
    run(Optional.of(desired("a", List.of(wanted(early), wanted(other)))));
    WantedLink late = wanted(new Tc(List.of("eth0"), null, null, null, Direction.Ingress, 90));

    List<Step> plan = plan(Optional.of(desired("a", List.of(late, wanted(other)))));

    assertThat(plan)
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("DetachLink", "AttachLink");
    assertThat(((Step.DetachLink) plan.getFirst()).link().hook()).isEqualTo(early);
  }

  @Test
  @DisplayName("what runs before is run first, then sockets' programs, and what runs after is last")
  void turns() {
    List<WantedLink> wanted =
        List.of(
            wanted(new Syscall(Syscall.When.AfterAttach)),
            TARGETS.get(0),
            wanted(new Sockmap("sockets")),
            wanted(new Syscall(Syscall.When.BeforeAttach)));

    List<Step> plan = plan(Optional.of(desired("a", wanted)));

    assertThat(plan.subList(1, 5))
        .extracting(step -> ((Step.AttachLink) step).link())
        .containsExactly(wanted.get(3), wanted.get(2), wanted.get(1), wanted.get(0));
  }

  @Test
  @DisplayName("maps are filled before anything is attached that reads them")
  void fillsFirst() {
    List<DeclaredMap> entries = List.of(new DeclaredMap("maps[0]", "blocked", List.of()));
    Desired desired = desired("a", List.of(TARGETS.get(0))).filling(Optional.of(entries));

    assertThat(plan(Optional.of(desired)))
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("Load", "Fill", "AttachLink");
    plan(Optional.of(desired)).forEach(this::execute);
    assertThat(kernel.unfilled(key("a"), entries)).isEmpty();
  }

  @Test
  @DisplayName("a load that lost a program pin is made anew")
  void brokenLoad() {
    execute(new Step.Load(key("a"), List.of()));

    List<Step> plan = plan(Optional.of(new Desired(key("a"), Set.of("f", "lost"), List.of())));

    assertThat(plan).containsExactly(new Step.Unload(key("a")), new Step.Load(key("a"), List.of()));
  }

  @RepeatedTest(500)
  @DisplayName(
      "any plan, cut off anywhere, is followed by one that gives the desired state; what is wanted"
          + " and was attached is attached at every moment; other programs are not touched")
  void convergesFromAnywhere(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    LoadKey other = new LoadKey("ns", "other", "a");
    kernel.load(new LoadRequest(other, null, null, Set.of("f"), Map.of(), List.of(), List.of()));
    WantedLink foreign = wanted(new Tracepoint("syscalls/sys_enter_open"));
    kernel.attach(other, foreign);
    ObservedLoad otherBefore = kernel.observe(other).orElseThrow();

    Optional<Desired> desired = Optional.empty();
    for (int round = 0; round < 6; round++) {
      desired = random.nextInt(6) == 0 ? Optional.empty() : Optional.of(randomDesired(random));
      Set<String> wanted = desired.map(PlannerTest::targets).orElse(Set.of());
      Set<String> mustStay = new HashSet<>(attached());
      mustStay.retainAll(wanted);
      List<Step> plan = plan(desired);
      int cut = random.nextInt(plan.size() + 1);
      for (Step step : plan.subList(0, cut)) {
        execute(step);
        assertThat(attached()).containsAll(mustStay);
        mustStay.addAll(attached());
        mustStay.retainAll(wanted);
      }
      if (random.nextInt(4) == 0) {
        kernel.removeInterface("eth1");
        kernel.addInterface("eth1");
      }
    }
    List<Step> plan = plan(desired);
    plan.forEach(this::execute);

    assertThat(plan(desired)).isEmpty();
    assertThat(attached()).isEqualTo(desired.map(PlannerTest::targets).orElse(Set.of()));
    assertThat(observed().stream().map(ObservedLoad::key))
        .isEqualTo(desired.map(Desired::key).stream().toList());
    assertThat(kernel.observe(other)).contains(otherBefore);
  }

  private static Desired randomDesired(Random random) {
    List<WantedLink> links = new ArrayList<>(TARGETS);
    links.removeIf(l -> random.nextBoolean());
    return desired(String.valueOf((char) ('a' + random.nextInt(3))), links);
  }

  private static Desired desired(String load, List<WantedLink> links) {
    return new Desired(key(load), Set.of("f"), links);
  }

  private static Set<String> targets(Desired desired) {
    return desired.links().stream().map(WantedLink::target).collect(Collectors.toSet());
  }

  private static LoadKey key(String load) {
    return new LoadKey("ns", "program", load);
  }

  private static WantedLink wanted(Hook hook) {
    return WantedLink.of("f", Attach.of(hook)).getFirst();
  }

  private List<ObservedLoad> observed() {
    return kernel.observe().stream().filter(l -> l.key().name().equals("program")).toList();
  }

  private Set<String> attached() {
    return observed().stream()
        .flatMap(load -> load.links().stream())
        .filter(ObservedLink::alive)
        .map(ObservedLink::target)
        .collect(Collectors.toSet());
  }

  private List<Step> plan(Optional<Desired> desired) {
    return Planner.plan(desired, observed(), kernel::replacesInPlace);
  }

  private void run(Optional<Desired> desired) {
    plan(desired).forEach(this::execute);
  }

  private void execute(Step step) {
    switch (step) {
      case Step.Load load ->
          kernel.load(
              new LoadRequest(
                  load.key(), null, null, Set.of("f"), Map.of(), List.of(), load.reuse()));
      case Step.Fill fill -> kernel.fill(fill.key(), fill.maps());
      case Step.AttachLink attach -> kernel.attach(attach.key(), attach.link());
      case Step.ReplaceLink replace ->
          kernel.replace(replace.link(), replace.to(), replace.wanted());
      case Step.DetachLink detach -> kernel.detach(detach.link());
      case Step.Unload unload -> kernel.unload(unload.key());
    }
  }
}
