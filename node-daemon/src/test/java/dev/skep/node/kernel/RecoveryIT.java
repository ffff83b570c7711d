package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.openAFile;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.process.Command;
import dev.skep.node.kernel.LoadRecord.LinkRecord;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.target.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a process that was killed at any step left, the next one brings in order. */
@Tag("kernel")
class RecoveryIT {
  private static final WantedLink OPENAT =
      link("on_openat", new Tracepoint("syscalls/sys_enter_openat"));
  private static final LoadKey OLD = key("dotted.name", "aaaa");
  private static final LoadKey NEW = key("dotted.name", "bbbb");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("Killed while it pinned: the half-made folder is removed")
  void removesStaged() throws IOException {
    test.kernel().load(request("tp", OLD));
    Path program = PinNames.folder(test.pins, OLD).resolve("programs/on_openat");
    Path staged = PinNames.staged(test.pins, NEW);
    Files.createDirectories(staged.resolve("programs"));
    try (Fd fd = Libbpf.get().open(program.toString())) {
      Libbpf.get().pin(fd.number(), staged.resolve("programs/on_openat").toString());
    }

    assertThat(test.startAgain().observe()).extracting(ObservedLoad::key).containsExactly(OLD);
    assertThat(staged).doesNotExist();
  }

  @Test
  @DisplayName("Killed between the update of a link and the move of its pin: the pin is moved")
  void finishesAMove() throws IOException {
    Path cgroup = makeCgroup();
    try {
      Cgroup hook = new Cgroup("/" + cgroup.getFileName());
      test.kernel().load(request("cgroup_skb", OLD));
      ObservedLink other = test.kernel().attach(OLD, link("on_ingress", hook));
      ObservedLink before = test.kernel().attach(OLD, link("on_egress", hook));
      test.kernel().load(request("cgroup_skb", NEW, OLD));
      test.kernel().replace(other, NEW, link("on_ingress", hook));
      Journal journal = new Journal(test.journal, "test");
      LinkRecord record = journal.record(OLD).orElseThrow().links().getFirst();
      journal.link(NEW, record);
      Path pins = PinNames.folder(test.pins, OLD).resolve("links");
      try (Fd fd = Libbpf.get().open(pins.resolve(record.pins().getFirst()).toString());
          Fd program =
              Libbpf.get()
                  .open(PinNames.folder(test.pins, NEW).resolve("programs/on_egress").toString())) {
        Libbpf.get().updateLink(fd, program);
      }

      LinuxKernel kernel = test.startAgain();
      assertThat(kernel.observe(OLD).orElseThrow().links()).isEmpty();
      assertThat(kernel.observe(NEW).orElseThrow().links())
          .as("also the second of two functions of one target")
          .hasSize(2)
          .allSatisfy(moved -> assertThat(moved.alive()).isTrue())
          .flatExtracting(ObservedLink::linkIds)
          .hasSameElementsAs(ids(other, before));
    } finally {
      Command.run("rmdir", cgroup.toString());
    }
  }

  private static List<Integer> ids(ObservedLink... links) {
    return Stream.of(links).flatMap(link -> link.linkIds().stream()).toList();
  }

  private Path makeCgroup() {
    Path cgroup =
        Path.of(test.kernel().facts().cgroup2(), "skep-it-" + ProcessHandle.current().pid());
    Command.run("mkdir", cgroup.toString());
    return cgroup;
  }

  @Test
  @DisplayName("Killed after the journal and before the pin: the record is dropped")
  void dropsRecordsWithoutPins() {
    test.kernel().load(request("tp", OLD));
    Journal journal = new Journal(test.journal, "test");
    journal.link(
        OLD,
        new LinkRecord(
            "on_openat",
            OPENAT.hook(),
            OPENAT.target(),
            Network.own(),
            List.of("on_openat-0"),
            null));
    assertThat(test.startAgain().observe(OLD).orElseThrow().links()).isEmpty();
    assertThat(new Journal(test.journal, "test").record(OLD).orElseThrow().links()).isEmpty();
  }

  @Test
  @DisplayName("Killed in a load: that load is refused, others are not, another build may try")
  void quarantines() {
    new Journal(test.journal, "test").begin(OLD);
    LinuxKernel kernel = test.startAgain();
    assertThat(
            catchThrowableOfType(Refusal.class, () -> kernel.load(request("tp", OLD)))
                .failure()
                .reason())
        .isEqualTo(Reason.LoaderCrashed);
    assertThat(kernel.load(request("tp", NEW)).programs()).containsKey("on_openat");
    try (LinuxKernel later = new LinuxKernel(test.pins, new Journal(test.journal, "later"))) {
      assertThat(later.load(request("tp", OLD)).programs()).containsKey("on_openat");
    }
    test.startAgain();
  }

  @Test
  @DisplayName("A load that was refused leaves no mark")
  void endsTheMark() {
    catchThrowableOfType(Refusal.class, () -> test.kernel().load(request("rejected", OLD)));
    assertThat(new Journal(test.journal, "test").unfinished(OLD)).isFalse();
  }

  @Test
  @DisplayName("Journal lost: links are said to be unknown, stay attached, and can be detached")
  void saysWhatItDoesNotKnow() throws IOException {
    test.kernel().load(request("tp", OLD));
    ObservedLink link = test.kernel().attach(OLD, OPENAT);
    try (Stream<Path> files = Files.list(test.journal)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    ObservedLink unknown = test.startAgain().observe(OLD).orElseThrow().links().getFirst();
    assertThat(unknown.hook()).isNull();
    assertThat(unknown.alive()).isFalse();
    assertThat(unknown.linkIds()).isEqualTo(link.linkIds());
    long before = test.count(OLD, "hits");
    openAFile();
    assertThat(test.count(OLD, "hits")).isGreaterThan(before);
    test.kernel().detach(unknown);
    assertThat(test.kernel().observe(OLD).orElseThrow().links()).isEmpty();
  }

  @Test
  @DisplayName("What cannot be read among the pins of one load hides no other load")
  void whatCannotBeReadHidesNoOther() throws IOException {
    LoadKey other = key("other", "cccc");
    test.kernel().load(request("tp", OLD));
    test.kernel().load(request("tp", other));
    Path notAPin = PinNames.folder(test.pins, OLD).resolve("maps/a_folder");
    Files.createDirectory(notAPin);
    try {
      assertThat(test.kernel().observe()).extracting(ObservedLoad::key).contains(other);
    } finally {
      Files.delete(notAPin);
    }
  }

  @Test
  @DisplayName("An interface that is deleted leaves a link that is not alive")
  void deadLink() {
    try (TestVeth veth = new TestVeth()) {
      test.kernel().load(request("xdp_pass", OLD));
      test.kernel().attach(OLD, link("pass", new Xdp(List.of(veth.name), null)));
      veth.delete();
      ObservedLink dead = test.kernel().observe(OLD).orElseThrow().links().getFirst();
      assertThat(dead.alive()).isFalse();
      test.kernel().detach(dead);
      assertThat(test.kernel().observe(OLD).orElseThrow().links()).isEmpty();
    }
  }

  @Test
  @DisplayName("A control group that is deleted leaves a link that is not alive")
  void deadCgroup() {
    Path cgroup = makeCgroup();
    test.kernel().load(TestKernel.only(request("cgroup_skb", OLD), "on_egress"));
    test.kernel().attach(OLD, link("on_egress", new Cgroup("/" + cgroup.getFileName())));
    Command.run("rmdir", cgroup.toString());
    ObservedLink dead = test.kernel().observe(OLD).orElseThrow().links().getFirst();
    assertThat(dead.alive()).isFalse();
    test.kernel().detach(dead);
    assertThat(test.kernel().observe(OLD).orElseThrow().links()).isEmpty();
  }
}
