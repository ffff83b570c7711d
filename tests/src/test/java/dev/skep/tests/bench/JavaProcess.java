package dev.skep.tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A loader as a process of its own, which prints what each of its rounds took. */
final class JavaProcess {
  private JavaProcess() {}

  /** The command of a Java loader, with the daemon's own flags. */
  static List<String> command(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** What each round of a Java loader took, as it printed it. */
  static List<Double> rounds(Class<?> main, String... arguments) throws IOException {
    return rounds(command(main, arguments));
  }

  /** The same of any loader. */
  static List<Double> rounds(List<String> command) throws IOException {
    String output = Command.of(command).output();
    JsonNode total =
        new ObjectMapper().readTree(output.substring(output.lastIndexOf("{\""))).get("total");
    List<Double> rounds = new ArrayList<>();
    total.forEach(round -> rounds.add(round.asDouble()));
    return rounds;
  }
}
