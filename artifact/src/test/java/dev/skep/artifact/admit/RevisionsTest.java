package dev.skep.artifact.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.artifact.Objects;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.oci.ResolvedImage;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A revision is what was asked for, with nothing left open")
class RevisionsTest {
  private static final String GLOBALS = "{'globals': {%s}}";

  private static BpfProgram program(String name, String spec) {
    BpfProgram program = new BpfProgram();
    program.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace("shop").withUid("u-1").build());
    program.setSpec(Specs.of(spec));
    return program;
  }

  private static BpfRevision revise(String object, String name, String spec) {
    byte[] bytes = Objects.read(object);
    return Revisions.revise(
        program(name, spec),
        new ResolvedImage("r.example/x:v1", "sha256:aa", "sha256:bb", "x.o", bytes, Map.of()),
        ObjectInspector.inspect(bytes));
  }

  @Test
  @DisplayName("a table of functions is attached once, with all its functions, whichever is named")
  void tables() {
    Attach table = Attach.of(new StructOps("keeps_window"));
    RevisionProgram first =
        new RevisionProgram("on_ssthresh", "struct_ops/ssthresh", "struct_ops", table);
    RevisionProgram named = new RevisionProgram("on_init", "struct_ops/init", "struct_ops", table);

    assertThat(revise("congestion", "cc", "{}").getSpec().programs())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("needs")
        .contains(first)
        .hasSize(4);
    assertThat(
            revise("congestion", "cc", "{'programs': [{'function': 'on_init'}]}")
                .getSpec()
                .programs())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("needs")
        .contains(named)
        .doesNotContain(first)
        .hasSize(4);
  }

  @Test
  @DisplayName("without programs, every program of the object is attached as its SEC() says")
  void defaults() {
    BpfRevision revision = revise("file_opens", "file-opens", "{}");

    assertThat(revision.getSpec().programs())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("needs")
        .contains(
            new RevisionProgram(
                "on_open",
                "tracepoint/syscalls/sys_enter_open",
                "tracepoint",
                Attach.of(new Tracepoint("syscalls/sys_enter_open"))))
        .hasSize(3)
        .allSatisfy(program -> assertThat(program.needs().mapTypes()).containsExactly("lru_hash"));
    assertThat(revision.getSpec().image().objectDigest()).isEqualTo("sha256:bb");
    assertThat(revision.getMetadata().getNamespace()).isEqualTo("shop");
    assertThat(revision.getMetadata().getName()).matches("file-opens-[0-9a-f]{10}");
    assertThat(revision.getMetadata().getLabels()).containsEntry("skep.dev/program", "file-opens");
    assertThat(revision.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getKind()).isEqualTo("BpfProgram");
              assertThat(owner.getApiVersion()).isEqualTo("skep.dev/v1alpha1");
              assertThat(owner.getUid()).isEqualTo("u-1");
            });
  }

  @Test
  @DisplayName("the way a value is written changes nothing")
  void canonical() {
    BpfRevision one = revise("globals", "g", GLOBALS.formatted("'limit': 1, 'port': 2"));
    BpfRevision other = revise("globals", "g", GLOBALS.formatted("'port': 2, 'limit': 1.0"));

    assertThat(other.getMetadata().getName()).isEqualTo(one.getMetadata().getName());
    assertThat(other.getSpec()).isEqualTo(one.getSpec());
  }

  @Test
  @DisplayName(
      "what a program is loaded for is part of its load, and nothing else of its attachment")
  void targetsAtLoad() {
    String spec = "{'programs': [{'function': 'on_entry', 'attach': {'fentry': %s}}]}";
    BpfRevision one = revise("trampolines", "t", spec.formatted("{'function': 'vfs_read'}"));
    BpfRevision cookie =
        revise("trampolines", "t", spec.formatted("{'function': 'vfs_read', 'cookie': 1}"));
    BpfRevision other = revise("trampolines", "t", spec.formatted("{'function': 'vfs_write'}"));

    assertThat(cookie.getMetadata().getName()).isNotEqualTo(one.getMetadata().getName());
    assertThat(cookie.getSpec().load()).isEqualTo(one.getSpec().load());
    assertThat(other.getSpec().load()).isNotEqualTo(one.getSpec().load());
  }

  @Test
  @DisplayName("a changed global is another load")
  void globalsReload() {
    BpfRevision one = revise("globals", "g", GLOBALS.formatted("'level': 'LEVEL_LOW'"));
    BpfRevision same = revise("globals", "g", GLOBALS.formatted("'level': 1"));
    BpfRevision other = revise("globals", "g", GLOBALS.formatted("'level': 7"));

    assertThat(one.getSpec().load()).matches("[0-9a-f]{10}").isEqualTo(same.getSpec().load());
    assertThat(other.getSpec().load()).isNotEqualTo(one.getSpec().load());
  }

  @Test
  @DisplayName("changed interfaces are another revision of the same load")
  void interfacesDoNotReload() {
    String spec = "{'programs': [{'function': 'pass', 'attach': {'xdp': {'interfaces': ['%s']}}}]}";
    BpfRevision one = revise("xdp_pass", "x", spec.formatted("eth0"));
    BpfRevision other = revise("xdp_pass", "x", spec.formatted("eth1"));

    assertThat(other.getMetadata().getName()).isNotEqualTo(one.getMetadata().getName());
    assertThat(other.getSpec().load()).isEqualTo(one.getSpec().load());
  }

  @Test
  @DisplayName("changed entries are another revision of the same load, a changed size is not")
  void entriesDoNotReload() {
    String spec = "{'maps': [{'name': 'blocked', 'entries': [%s]}]}";
    BpfRevision none = revise("entries", "x", "{}");
    BpfRevision one = revise("entries", "x", spec.formatted("{'key': '10.0.0.0/8', 'value': 1}"));
    BpfRevision other = revise("entries", "x", spec.formatted("{'key': '10.0.0.0/9', 'value': 1}"));
    BpfRevision larger = revise("entries", "x", "{'maps': [{'name': 'blocked', 'maxEntries': 9}]}");

    assertThat(other.getMetadata().getName()).isNotEqualTo(one.getMetadata().getName());
    assertThat(other.getSpec().load())
        .isEqualTo(one.getSpec().load())
        .isEqualTo(none.getSpec().load())
        .isNotEqualTo(larger.getSpec().load());
  }

  @Test
  @DisplayName("a value of the node is another load than any value, and the same for all nodes")
  void nodeValues() {
    BpfRevision ip =
        revise("entries", "x", GLOBALS.formatted("'local_ip': {'nodeField': 'internalIP'}"));
    BpfRevision outer =
        revise("entries", "x", GLOBALS.formatted("'local_ip': {'nodeField': 'externalIP'}"));
    BpfRevision fixed = revise("entries", "x", GLOBALS.formatted("'local_ip': '10.0.0.1'"));

    assertThat(ip.getSpec().load())
        .isNotEqualTo(outer.getSpec().load())
        .isNotEqualTo(fixed.getSpec().load());
  }

  @Test
  @DisplayName("a name of any length gives names and labels that Kubernetes takes")
  void longNames() {
    BpfRevision revision = revise("xdp_pass", "a".repeat(200) + "." + "b".repeat(52), "{}");

    assertThat(revision.getMetadata().getName()).hasSizeLessThanOrEqualTo(253);
    assertThat(revision.getMetadata().getLabels().get(Revisions.PROGRAM_LABEL))
        .hasSizeLessThanOrEqualTo(63)
        .matches("a+-[0-9a-f]{10}");
  }

  @Test
  @DisplayName("fallbacks are in the order in which they are taken, wherever their entries are")
  void fallbacks() {
    BpfRevision revision =
        revise(
            "needs",
            "n",
            "{'programs': [{'function': 'plain', 'attach': {'rawTracepoint': {'name': 'sys_exit'}}},"
                + " {'function': 'by_fentry', 'fallbacks': ['by_kprobe', 'plain']}]}");

    assertThat(revision.getSpec().programs())
        .extracting(RevisionProgram::function, RevisionProgram::fallbackFor)
        .containsExactly(
            tuple("by_fentry", null), tuple("by_kprobe", "by_fentry"), tuple("plain", "by_fentry"));
    assertThat(revision.getSpec().programs().getLast().attachments())
        .containsExactly(Attach.of(new RawTracepoint("sys_exit")));
  }
}
