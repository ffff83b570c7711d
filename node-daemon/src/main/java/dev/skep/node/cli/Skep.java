package dev.skep.node.cli;

import dev.skep.api.v1alpha1.Refusal;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code skep}. */
@Command(
    name = "skep",
    description =
        "Runs eBPF programs from OCI images: on this machine, or as the node daemon of a cluster.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = false,
    usageHelpWidth = 100,
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%nArguments:%n",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:something else went wrong",
      "2:the command line is wrong",
      "3:an image, file, program, map or target does not exist",
      "4:the kernel refused it: verifier, missing feature or permission, hook in use",
      "5:the object or manifest is not valid",
      "6:the registry does not answer, or wants another login"
    })
public final class Skep implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          InspectCommand.class,
          PackCommand.class,
          PushCommand.class,
          KernelCommand.class,
          MapsCommand.class,
          IterCommand.class,
          ServeCommand.class,
          StatusCommand.class,
          CleanCommand.class);

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "With an error: the whole message, and where it came from.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(arguments).execute(arguments));
  }

  /** What these arguments are for: the one command that they begin with, else all. */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Skep());
    // To describe a command takes milliseconds of each start.
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(c -> arguments.length > 0 && arguments[0].equals(name(c)))
            .toList();
    // Not by a method reference: one to a class of Java 5 makes the class archive of an image
    // another each time it is built.
    for (Class<?> command : named.isEmpty() ? COMMANDS : named) {
      line.addSubcommand(command);
    }
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Skep::usage)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> failed(failure, command, parsed.expandedArgs()));
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  boolean verbose() {
    return verbose;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  private static int usage(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("skep: " + oneLine(inWords(wrong)));
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE;
  }

  /** The parser speaks of an argument at an index where a command is not known. */
  private static String inWords(ParameterException wrong) {
    return wrong instanceof UnmatchedArgumentException unmatched
            && wrong.getCommandLine().getParent() == null
            && !unmatched.getUnmatched().getFirst().startsWith("-")
        ? "there is no command " + unmatched.getUnmatched().getFirst()
        : wrong.getMessage();
  }

  private static int failed(Exception failure, CommandLine command, List<String> arguments) {
    boolean verbose = arguments.contains("-v") || arguments.contains("--verbose");
    PrintWriter err = command.getErr();
    String message = message(failure);
    err.println("skep: " + (verbose ? message : oneLine(message)));
    if (verbose) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode(failure);
  }

  private static int exitCode(Exception failure) {
    return switch (failure) {
      case CommandFailure known -> known.exitCode();
      case Refusal refusal -> ExitCode.of(refusal.failure().reason());
      case NoSuchFileException missing -> ExitCode.NOT_FOUND;
      default -> ExitCode.FAILURE;
    };
  }

  private static String message(Exception failure) {
    return switch (failure) {
      case CommandFailure known -> known.getMessage();
      case Refusal refusal -> refusal.getMessage();
      case NoSuchFileException missing -> missing.getFile() + ": no such file";
      case UncheckedIOException io -> io.getMessage();
      default ->
          failure.getClass().getSimpleName() + ": " + failure.getMessage() + " (-v for more)";
    };
  }

  private static String oneLine(String message) {
    int end = message == null ? -1 : message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
