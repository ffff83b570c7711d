package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpAction;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.node.kernel.LoadRecord.LinkRecord;
import dev.skep.node.target.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon of another version left is found: what it attached is not attached once more. */
class OtherVersionsTest {
  private static final Path OLDER = Path.of("src/test/resources/state/older/journal");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Network HOST = new Network("net:[4026531833]", "/proc/self/ns/net");
  private static final Network BLUE = new Network("net:[4026532246]", "/run/netns/blue");
  private static final Tracepoint OPENAT = new Tracepoint("syscalls/sys_enter_openat");

  /** Objects whose fields are data: of a field more they would hold more. */
  private static final Set<String> MAPS = Set.of("sections", "variables", "tables", "functions");

  @TempDir private Path folder;

  @Test
  @DisplayName("the journal of an older version is read, each load of it with all that it says")
  void older() throws IOException {
    readsAll(journal(line -> line));
  }

  @Test
  @DisplayName("fields that a newer version writes lose no record and no link")
  void newerFields() throws IOException {
    readsAll(journal(line -> withMore(line, "line")));
  }

  @Test
  @DisplayName("a link of a hook that a newer version has is lost, and nothing else of its load")
  void newerHook() throws IOException {
    LoadKey opens = key("opens", "75b851b845");
    Journal journal = journal(line -> line);
    Files.writeString(
        folder.resolve("loads.jsonl"),
        "{\"of\":%s,\"linked\":{\"function\":\"f\",\"attach\":{\"newer\":{}},\"pins\":[\"f-0\"]}}\n"
            .formatted(JSON.writeValueAsString(opens)),
        StandardOpenOption.APPEND);
    assertThat(new Journal(folder, "build").record(opens)).isEqualTo(journal.record(opens));
  }

  @Test
  @DisplayName("which entries of maps are ours is read too")
  void entries() throws IOException {
    String file = "entries/up_lists.json";
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    ObjectNode older = (ObjectNode) JSON.readTree(OLDER.resolve(file).toFile());
    Files.createDirectories(folder.resolve("entries"));
    Files.writeString(folder.resolve(file), older.put("boot", boot).put("more", 1).toString());

    EntryRecords records = new EntryRecords(folder.resolve("entries"));
    LoadKey lists = key("lists", "09452698f5");
    assertThat(records.maps(lists)).containsExactly(59089);
    assertThat(records.keys(lists, 59089))
        .containsExactly(new byte[] {8, 0, 0, 0, 10, 0, 0, 0}, cidr(12, 172, 16));
  }

  private static byte[] cidr(int prefix, int first, int second) {
    return new byte[] {(byte) prefix, 0, 0, 0, (byte) first, (byte) second, 0, 0};
  }

  private Journal journal(UnaryOperator<JsonNode> change) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String line : Files.readAllLines(OLDER.resolve("loads.jsonl"))) {
      lines.append(line.isEmpty() ? "" : change.apply(JSON.readTree(line))).append('\n');
    }
    Files.writeString(folder.resolve("loads.jsonl"), lines);
    return new Journal(folder, "build");
  }

  private static JsonNode withMore(JsonNode node, String name) {
    node.properties().forEach(field -> withMore(field.getValue(), field.getKey()));
    if (node instanceof ObjectNode object && !MAPS.contains(name)) {
      object.putObject("addedLater").put("a", 1);
    }
    return node;
  }

  private static void readsAll(Journal journal) {
    Map<LoadKey, LoadRecord> records =
        journal.keys().stream()
            .map(key -> journal.record(key).orElseThrow())
            .collect(Collectors.toMap(LoadRecord::key, record -> record));
    LoadRecord window = records.remove(key("window", "a301272c0e"));
    assertThat(window.sections()).hasSize(4).containsEntry("on_init", "struct_ops/init");
    assertThat(window.links())
        .containsExactly(
            link("on_ssthresh", new StructOps("keeps_window"), "struct_ops keeps_window", HOST));
    assertThat(window.tables().get("keeps_window").functions())
        .isEqualTo(
            Map.of(64, "on_ssthresh", 72, "on_cong_avoid", 128, "on_undo_cwnd", 200, "on_init"));
    assertThat(window.tables().get("keeps_window").value()).hasSize(256);

    assertThat(records.values())
        .containsExactlyInAnyOrder(
            record(
                key("opens", "75b851b845"),
                "tracepoint/syscalls/sys_enter_openat",
                Map.of(".rodata", "812c5da11f628f6a"),
                link("on_openat", OPENAT, "tracepoint syscalls/sys_enter_openat", HOST)),
            record(
                key("lists", "09452698f5"),
                "tracepoint/syscalls/sys_enter_openat",
                Map.of(
                    ".data",
                    "2c1b648c11b2649e",
                    ".rodata",
                    "f93c38892495afd4",
                    ".bss",
                    "5ab2b7c9537b41d0"),
                link("on_openat", OPENAT, "tracepoint syscalls/sys_enter_openat", HOST)),
            record(
                key("count", "fb01169bc2"),
                "xdp",
                Map.of(".rodata", "5669b0df64c8a150"),
                kept("count_packets", xdp("veth0", 50), "xdp veth0", HOST, "link 4026531833-153")),
            record(
                key("second", "14066d9744"),
                "xdp",
                Map.of(),
                kept(
                    "on_packet",
                    xdp("veth1", 60),
                    "xdp veth1 in network namespace blue",
                    BLUE,
                    "link 4026532246-2")),
            record(
                key("filter", "28bd93c82d"),
                "tcx/ingress",
                Map.of(),
                link("on_ingress", tc("veth0", 20), "tc ingress veth0 priority 20", HOST),
                link(
                    "on_ingress",
                    tc("veth1", 50),
                    "tc ingress veth1 in network namespace blue",
                    BLUE,
                    "on_ingress-1")));
  }

  private static LoadKey key(String name, String load) {
    return new LoadKey("up", name, load);
  }

  private static LoadRecord record(
      LoadKey key, String section, Map<String, String> variables, LinkRecord... links) {
    return new LoadRecord(
        key, Map.of(links[0].function(), section), List.of(links), Map.of(), variables, Map.of());
  }

  private static LinkRecord link(String function, Hook hook, String target, Network network) {
    return link(function, hook, target, network, function + "-0");
  }

  private static LinkRecord link(
      String function, Hook hook, String target, Network network, String pin) {
    return new LinkRecord(function, hook, target, network, List.of(pin), null);
  }

  private static LinkRecord kept(
      String function, Hook hook, String target, Network network, String kept) {
    return new LinkRecord(function, hook, target, network, List.of(), kept);
  }

  private static Xdp xdp(String name, int priority) {
    return new Xdp(
        List.of(name), null, null, null, XdpMode.Auto, priority, List.of(XdpAction.Pass));
  }

  private static Tc tc(String name, int priority) {
    return new Tc(List.of(name), null, null, null, Direction.Ingress, priority);
  }
}
