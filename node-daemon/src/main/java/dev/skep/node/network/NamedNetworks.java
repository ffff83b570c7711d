package dev.skep.node.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** An eye (inotify) on the folder of named network namespaces, also before there is one. */
final class NamedNetworks implements AutoCloseable {
  private final Path folder;
  private final Runnable changed;
  private final WatchService service;

  NamedNetworks(Path folder, Runnable changed) {
    this.folder = folder;
    this.changed = changed;
    try {
      this.service = FileSystems.getDefault().newWatchService();
      watch();
    } catch (IOException e) {
      throw new UncheckedIOException("names in " + folder + " cannot be watched", e);
    }
    Thread.ofPlatform().name("named networks").daemon().start(this::listen);
  }

  private void watch() throws IOException {
    // Registering a second time is no second watch.
    watch(folder.getParent());
    if (Files.isDirectory(folder)) {
      watch(folder);
    }
  }

  private void watch(Path any) throws IOException {
    any.register(
        service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
  }

  private void listen() {
    try {
      while (true) {
        WatchKey key = service.take();
        boolean ours =
            key.pollEvents().stream()
                .anyMatch(
                    e ->
                        key.watchable().equals(folder) || folder.getFileName().equals(e.context()));
        key.reset();
        if (ours) {
          watch();
          changed.run();
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException end) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
