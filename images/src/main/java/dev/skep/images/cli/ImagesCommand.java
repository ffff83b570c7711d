package dev.skep.images.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds the images of operator and daemon, and stores them where one likes. */
@Command(
    name = "images",
    mixinStandardHelpOptions = true,
    description = "Builds the images of operator and daemon.",
    subcommands = {BuildCommand.class, StoreCommand.class})
public final class ImagesCommand {
  private ImagesCommand() {}

  /** Runs it; exit status 0, or 1 with one line that says why. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new ImagesCommand());
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          command.getErr().println("images: " + (e.getMessage() == null ? e : e.getMessage()));
          return 1;
        });
    System.exit(line.execute(arguments));
  }
}
