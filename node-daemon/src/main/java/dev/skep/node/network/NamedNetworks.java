package dev.skep.node.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** An eye (inotify) on the folder of named network namespaces, also before there is one. */
final class NamedNetworks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(NamedNetworks.class.getName());

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
                        key.watchable().equals(folder)
                            || e.kind() == StandardWatchEventKinds.OVERFLOW
                            || folder.getFileName().equals(e.context()));
        key.reset();
        if (ours) {
          watchAgain();
          changed.run();
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException end) {
      return;
    }
  }

  private void watchAgain() {
    try {
      watch();
    } catch (NoSuchFileException gone) {
      // Since it was seen; its parent tells when it is there again.
      return;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "names in {0} cannot be watched: {1}", folder, e.getMessage());
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
