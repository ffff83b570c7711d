package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFoldersTest {
  @TempDir Path folder;
  private final WatchedFolders folders = new WatchedFolders();

  @AfterEach
  void close() {
    folders.close();
  }

  @Test
  @DisplayName("folders are listed by name, files and links are not")
  void lists() throws IOException {
    Files.createDirectory(folder.resolve("b"));
    Files.createDirectory(folder.resolve("a"));
    Files.createFile(folder.resolve("file"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));

    assertThat(folders.in(folder)).contains(names("a", "b"));
    assertThat(folders.in(folder.resolve("none"))).isEmpty();
    assertThat(folders.in(folder.resolve("file"))).isEmpty();
  }

  @Test
  @DisplayName("what comes and goes is told, and seen by whoever asks then")
  void changes() throws Exception {
    Semaphore told = new Semaphore(0);
    folders.onChanged(told::release);
    assertThat(folders.in(folder)).contains(names());

    Files.createDirectory(folder.resolve("a"));
    assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
    assertThat(folders.in(folder)).contains(names("a"));

    Files.delete(folder.resolve("a"));
    assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
    assertThat(folders.in(folder)).contains(names());
  }

  @Test
  @DisplayName("a file is told when it comes, goes or is replaced, and no other file of its folder")
  void files() throws Exception {
    Semaphore told = new Semaphore(0);
    folders.onChanged(told::release);
    Path file = folder.resolve("file");
    folders.watch(file);
    folders.watch(folder.resolve("none").resolve("file"));
    folders.watch(Path.of("/"));

    Path other = Files.createFile(folder.resolve("other"));
    assertThat(told.tryAcquire(200, TimeUnit.MILLISECONDS)).isFalse();
    Files.createFile(file);
    assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
    Files.delete(file);
    assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @DisplayName("a folder that has two paths is watched by both")
  void twoPaths() throws Exception {
    Semaphore told = new Semaphore(0);
    folders.onChanged(told::release);
    Path real = Files.createDirectory(folder.resolve("usr"));
    Path link = Files.createSymbolicLink(folder.resolve("bin"), real);
    folders.watch(real.resolve("a"));
    folders.watch(link.resolve("b"));

    Files.createFile(real.resolve("b"));
    assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
    Files.createFile(real.resolve("a"));
    assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  @DisplayName("where inotify has no room left a folder is listed nonetheless, each time anew")
  void unwatched() throws IOException {
    try (WatchedFolders blind =
        new WatchedFolders(
            () -> {
              throw new IOException("User limit of inotify instances reached");
            })) {
      assertThat(blind.in(folder)).contains(names());
      Files.createDirectory(folder.resolve("a"));
      assertThat(blind.in(folder)).contains(names("a"));
      assertThat(blind.in(folder.resolve("none"))).isEmpty();
      assertThat(blind.in(Files.createFile(folder.resolve("file")))).isEmpty();
    }
  }

  @Test
  @DisplayName("a folder that was deleted and made again is watched again")
  void madeAgain() throws Exception {
    Path child = Files.createDirectory(folder.resolve("a"));
    assertThat(folders.in(child)).contains(names());
    Files.delete(child);
    await().atMost(Duration.ofSeconds(2)).until(() -> folders.in(child).isEmpty());

    Files.createDirectories(child.resolve("b"));

    await().atMost(Duration.ofSeconds(2)).until(() -> folders.in(child).isPresent());
    await().until(() -> folders.in(child).orElseThrow().equals(names("b")));
    Files.createDirectory(child.resolve("c"));
    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> folders.in(child).orElseThrow().equals(names("b", "c")));
  }

  @Test
  @DisplayName("in a storm the last state is seen")
  void storm() throws IOException {
    SortedSet<String> expected = new TreeSet<>();
    for (int i = 0; i < 2_000; i++) {
      Files.createDirectory(folder.resolve("d" + i));
      folders.in(folder);
      if (i % 2 == 0) {
        Files.delete(folder.resolve("d" + i));
      } else {
        expected.add("d" + i);
      }
    }

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> folders.in(folder).equals(Optional.of(expected)));
  }

  private static SortedSet<String> names(String... names) {
    return new TreeSet<>(List.of(names));
  }
}
