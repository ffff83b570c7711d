package dev.skep.node.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.artifact.process.Command;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachTypeIT {
  @TempDir Path folder;

  @Test
  @DisplayName("Our numbers are those of enum bpf_attach_type")
  void numbers() throws Exception {
    Map<String, String> ours = new TreeMap<>();
    StringBuilder program = new StringBuilder("#include <stdio.h>\n#include <linux/bpf.h>\n");
    program.append("int main(void) {\n");
    for (Field field : AttachType.class.getDeclaredFields()) {
      String name = field.getName();
      ours.put(name, Integer.toString(field.getInt(null)));
      String enumerator = "BPF_" + name;
      program.append("printf(\"%s %%d\\n\", %s);\n".formatted(name, enumerator));
    }
    program.append("return 0; }\n");
    Path source = Files.writeString(folder.resolve("show.c"), program);
    Path binary = folder.resolve("show");
    Command.run("gcc", "-o", binary.toString(), source.toString());
    Map<String, String> theirs = new TreeMap<>();
    Command.run(binary.toString())
        .lines()
        .map(line -> line.split(" "))
        .forEach(pair -> theirs.put(pair[0], pair[1]));
    assertThat(ours).isNotEmpty().isEqualTo(theirs);
  }
}
