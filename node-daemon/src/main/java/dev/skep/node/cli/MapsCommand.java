package dev.skep.node.cli;

import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "maps",
    description = {
      "Shows the maps of the programs that the daemon runs on this machine, and what is in one of"
          + " them, in the words of the object's types.",
      "Needs root."
    },
    footer = {
      "",
      "Examples:",
      "  skep maps",
      "  skep maps file-opens",
      "  skep maps skep-system/file-opens opens",
      "  skep maps file-opens opens -o json | jq '.entries[] | select(.value.count > 100)'"
    })
final class MapsCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Name of the BpfProgram, or namespace/name. Default: all.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MAP",
      description = "Name of the map. Default: a list of them.")
  private String map;

  @Option(
      names = "--top",
      paramLabel = "ENTRIES",
      defaultValue = "1000",
      description = "Entries to show at most (default: ${DEFAULT-VALUE}).")
  private int most = 1000;

  @Mixin private DaemonFolders folders;
  @Mixin private Output output;
  @Spec private CommandSpec spec;

  /** A row of the list. */
  record MapRow(
      String namespace,
      String name,
      String map,
      int id,
      String type,
      long maxEntries,
      long bytes) {}

  /** The contents of one map. */
  record Contents(
      String namespace, String name, String map, String type, List<MapContents.Entry> entries) {}

  @Override
  public Integer call() {
    if (most < 1) {
      throw new ParameterException(spec.commandLine(), "--top is more than 0");
    }
    try (Kernel kernel = folders.looking()) {
      List<ObservedLoad> loads = folders.loads(kernel, name);
      if (map == null) {
        list(loads);
      } else {
        contents(kernel, loads);
      }
    }
    return ExitCode.OK;
  }

  private void list(List<ObservedLoad> loads) {
    List<MapRow> rows = new ArrayList<>();
    for (ObservedLoad load : loads) {
      for (ObservedMap one : load.maps()) {
        rows.add(
            new MapRow(
                load.key().namespace(),
                load.key().name(),
                one.name(),
                one.id(),
                one.type(),
                one.maxEntries(),
                one.bytes()));
      }
    }
    Table table =
        new Table("NAMESPACE", "NAME", "MAP", "ID", "TYPE", "MAX ENTRIES", "KERNEL MEMORY");
    rows.forEach(
        r -> table.row(r.namespace, r.name, r.map, r.id, r.type, r.maxEntries, r.bytes + " bytes"));
    output.print(() -> rows, table::toString);
  }

  private void contents(Kernel kernel, List<ObservedLoad> loads) {
    DaemonFolders.isOne(name, loads);
    // While a program is replaced it has two loads; they share the map.
    ObservedLoad load = loads.getLast();
    ObservedMap found =
        load.maps().stream()
            .filter(m -> m.name().equals(map))
            .findFirst()
            .orElseThrow(() -> noSuchMap(load));
    Optional<ObjectReport> report = LoadedObjects.in(folders.stateDir()).report(load.key());
    if (report.isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              "skep: no types: %s does not hold the object of %s; is it the --state-dir of the"
                  + " daemon that runs here?%n",
              folders.stateDir(), load.key().program());
    }
    MapContents contents = MapContents.read(kernel, load.key(), found, report, most);
    output.print(
        () ->
            new Contents(
                load.key().namespace(), load.key().name(), map, found.type(), contents.entries()),
        () -> contents.table().toString());
  }

  private CommandFailure noSuchMap(ObservedLoad load) {
    return new CommandFailure(
        ExitCode.NOT_FOUND,
        "%s has no map %s; it has %s"
            .formatted(
                load.key().program(),
                map,
                load.maps().stream().map(ObservedMap::name).collect(Collectors.joining(", "))));
  }
}
