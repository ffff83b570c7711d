package dev.skep.tests.gitops;

import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A git repository that Argo CD reads, and a clone where somebody works. */
final class GitRepository {
  private final Path bare;
  private final Path clone;

  private GitRepository(Path bare, Path clone) {
    this.bare = bare;
    this.clone = clone;
  }

  static GitRepository create(Path folder) {
    GitRepository created =
        new GitRepository(folder.resolve("origin.git"), folder.resolve("clone"));
    folder.toFile().mkdirs();
    Command.run("git", "init", "-q", "--bare", "-b", "main", created.bare.toString());
    Command.run("git", "clone", "-q", created.bare.toString(), created.clone.toString());
    return created;
  }

  String url() {
    return "file://" + bare;
  }

  /** Writes a file of the clone; it is not pushed yet. */
  GitRepository write(String path, String content) {
    try {
      Path file = clone.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  GitRepository remove(String path) {
    git("rm", "-q", path);
    return this;
  }

  /** Commits and pushes what was written; returns the commit. */
  String push(String message) {
    git("add", "-A");
    git("commit", "-q", "-m", message);
    git("push", "-q", "origin", "HEAD:main");
    return head();
  }

  /** Takes the last commit back and pushes that; returns the commit. */
  String revert() {
    git("revert", "--no-edit", "HEAD");
    git("push", "-q", "origin", "HEAD:main");
    return head();
  }

  String head() {
    return git("rev-parse", "HEAD").strip();
  }

  private String git(String... arguments) {
    return Command.of("git", "-C", clone.toString())
        .and("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
        .and("-c", "commit.gpgsign=false")
        .and(arguments)
        .output();
  }
}
