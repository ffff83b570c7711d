package dev.skep.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option -o, and how a result is printed by it. */
final class Output {
  enum Format {
    table,
    json,
    yaml
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).")
  private Format format = Format.table;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  Format format() {
    return format;
  }

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Prints a result: the table for people, the value for programs. Only the one is made. */
  void print(Supplier<?> value, Supplier<String> table) {
    out().print(format == Format.table ? table.get() : write(value.get()));
    out().flush();
  }

  /** Prints one of many results, a line of JSON or a YAML document each. */
  void printNext(Supplier<?> value, Supplier<String> table) {
    switch (format) {
      case table -> out().print(table.get());
      case json -> out().println(line(value.get()));
      case yaml -> out().print("---\n" + write(value.get()));
    }
    out().flush();
  }

  private String write(Object value) {
    try {
      return format == Format.json
          ? new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value)
              + "\n"
          : new ObjectMapper(
                  YAMLFactory.builder()
                      .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                      .disable(YAMLGenerator.Feature.SPLIT_LINES)
                      .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                      .build())
              .writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String line(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
