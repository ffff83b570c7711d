package dev.skep.node.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The structs as a C compiler lays them out, from the headers of this machine. */
class LayoutsIT {
  @TempDir Path folder;

  @Test
  @DisplayName("Every member is where C has it, and has its size")
  void offsets() throws Exception {
    List<String> ours = new ArrayList<>();
    StringBuilder program =
        new StringBuilder(
            """
            #include <stddef.h>
            #include <stdio.h>
            #include <bpf/bpf.h>
            #include <bpf/libbpf.h>
            #include <linux/bpf.h>
            #include <linux/netlink.h>
            #include <linux/openat2.h>
            #include <linux/perf_event.h>
            #include <poll.h>
            #define SHOW(s, m) \\
              printf(#s "." #m " %zu %zu\\n", offsetof(s, m), sizeof(((s *)0)->m));
            int main(void) {
            """);
    for (StructLayout layout : Layouts.ALL) {
      String name = layout.name().orElseThrow();
      String struct = name.startsWith("union ") ? name : "struct " + name;
      for (MemoryLayout member : layout.memberLayouts()) {
        if (!(member instanceof PaddingLayout)) {
          String field = member.name().orElseThrow();
          program.append("SHOW(%s, %s)\n".formatted(struct, field));
          ours.add(
              "%s.%s %d %d"
                  .formatted(
                      struct,
                      field,
                      layout.byteOffset(PathElement.groupElement(field)),
                      member.byteSize()));
        }
      }
    }
    program.append("return 0; }\n");
    assertThat(compileAndRun(program.toString())).isEqualTo(ours);
  }

  @Test
  @DisplayName("The bits and numbers that are not enums of ours are C's")
  void numbers() throws Exception {
    String program =
        """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdio.h>
        #include <string.h>
        #include <linux/bpf.h>
        #include <linux/openat2.h>
        #include <linux/perf_event.h>
        #include <linux/if_link.h>
        #include <sys/ioctl.h>
        #include <sys/syscall.h>
        int main(void) {
          struct perf_event_attr a;
          unsigned long long bits[sizeof(a) / 8];
          memset(&a, 0, sizeof(a));
          a.freq = 1;
          memcpy(bits, &a, sizeof(a));
          printf("%lld %llu\\n", (long long)PERF_FLAG_FD_CLOEXEC, bits[5]);
          printf("%lu\\n", (unsigned long)PERF_EVENT_IOC_ENABLE);
          printf("%d %d\\n", (int)SYS_perf_event_open, (int)SYS_bpf);
          printf("%d %d\\n", BPF_RAW_TRACEPOINT_OPEN, BPF_LINK_CREATE);
          printf("%d %d\\n", BPF_F_KPROBE_MULTI_RETURN, BPF_F_UPROBE_MULTI_RETURN);
          printf("%d %d %d\\n", BPF_LINK_TYPE_CGROUP, BPF_LINK_TYPE_XDP, BPF_LINK_TYPE_TCX);
          printf("%d %d %d %d\\n", (int)SYS_openat2, O_PATH, RESOLVE_NO_MAGICLINKS, RESOLVE_IN_ROOT);
          return 0;
        }
        """;
    assertThat(compileAndRun(program))
        .containsExactly(
            "8 " + Layouts.PERF_FREQ,
            Long.toString(NativeLibc.PERF_EVENT_IOC_ENABLE),
            NativeLibc.PERF_EVENT_OPEN + " " + NativeLinks.BPF,
            NativeLinks.BPF_RAW_TRACEPOINT_OPEN + " " + NativeLinks.BPF_LINK_CREATE,
            NativeLinks.AT_RETURN + " " + NativeLinks.AT_RETURN,
            LinkInfo.CGROUP + " " + LinkInfo.XDP + " " + LinkInfo.TCX,
            "%d %d %d %d"
                .formatted(
                    NativeLibc.OPENAT2,
                    NativeLibc.O_PATH,
                    NativeLibc.RESOLVE_NO_MAGICLINKS,
                    NativeLibc.RESOLVE_IN_ROOT));
    assertThat(Layouts.PERF_BITS).isEqualTo(5 * 8);
  }

  private List<String> compileAndRun(String source) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("show.c"), source);
    Path binary = folder.resolve("show");
    Command.run("gcc", "-o", binary.toString(), file.toString());
    return Command.run(binary.toString()).lines().toList();
  }
}
