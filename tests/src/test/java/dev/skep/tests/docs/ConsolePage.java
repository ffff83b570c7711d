package dev.skep.tests.docs;

import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of documentation whose examples can be run: blocks of {@code console}, in which a line
 * that begins with "$ " is a command and what follows is its output, and files, each a block below
 * a line that is only its name in backquotes and a colon.
 */
record ConsolePage(String markdown) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "^(?:`(?<file>[^`\n]+)`:\n\n)?```(?<language>\\w+)\n(?<content>.*?)^```$",
          Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern EXAMPLE =
      Pattern.compile("^\\$ (?<command>.*)\n(?<output>(?:(?!\\$ ).*\n)*)", Pattern.MULTILINE);

  /** A file that the reader is shown. */
  record ShownFile(String name, String content) {}

  /** What runs a page. */
  interface Runner {
    void write(ShownFile file);

    /**
     * What the command prints, as the page may show it.
     *
     * @param shown what the page shows below it
     */
    String run(String command, String shown);
  }

  /** The page with the outputs of now. */
  ConsolePage rerun(Runner runner) {
    UnaryOperator<String> console = content -> console(content, runner);
    String rerun =
        BLOCK
            .matcher(markdown)
            .replaceAll(block -> Matcher.quoteReplacement(rerun(block, runner, console)));
    return new ConsolePage(rerun);
  }

  private static String rerun(MatchResult block, Runner runner, UnaryOperator<String> console) {
    if (block.group("file") != null) {
      runner.write(new ShownFile(block.group("file"), block.group("content")));
      return block.group();
    }
    return block.group("language").equals("console")
        ? "```console\n" + console.apply(block.group("content")) + "```"
        : block.group();
  }

  private static String console(String content, Runner runner) {
    return EXAMPLE
        .matcher(content)
        .replaceAll(example -> Matcher.quoteReplacement(rerun(example, runner)));
  }

  private static String rerun(MatchResult example, Runner runner) {
    String shown = example.group("output").stripTrailing();
    String output = runner.run(example.group("command"), shown).stripTrailing();
    return "$ " + example.group("command") + "\n" + (output.isEmpty() ? "" : output + "\n");
  }
}
