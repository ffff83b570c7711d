package dev.skep.node.target;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Lists folders, and watches each that was asked for (by inotify, which control groups have too):
 * asked again it answers from memory until something came or went there. What nobody asks for any
 * more is forgotten after a while. Thread-safe.
 */
public final class WatchedFolders implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WatchedFolders.class.getName());

  /** Whoever depends on a folder asks at least every 30 s. */
  private static final long FORGET_NANOS = 150_000_000_000L;

  private final Map<Path, Folder> folders = new HashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Services services;
  private WatchService events;
  private boolean closed;
  private boolean unwatched;
  private long looked = System.nanoTime();

  public WatchedFolders() {
    this(FileSystems.getDefault()::newWatchService);
  }

  WatchedFolders(Services services) {
    this.services = services;
  }

  /** Where inotify comes from, of which each user has so many and no more. */
  interface Services {
    WatchService open() throws IOException;
  }

  /** What is known of one folder; names is null when it must be listed again. */
  private static final class Folder {
    private final WatchKey key;
    private SortedSet<String> names;
    private int changes;
    private long asked;

    Folder(WatchKey key) {
      this.key = key;
    }
  }

  /** Called, by a thread of its own, after folders came or went in a folder that was asked for. */
  public void onChanged(Runnable listener) {
    listeners.add(listener);
  }

  /** The folders in a folder, by name; empty when it is not there. */
  public Optional<SortedSet<String>> in(Path path) {
    synchronized (this) {
      Folder known = folders.get(path);
      if (known != null && known.names != null && known.key.isValid()) {
        known.asked = System.nanoTime();
        return Optional.of(known.names);
      }
    }
    return list(path);
  }

  private Optional<SortedSet<String>> list(Path path) {
    try {
      Folder folder;
      int changes;
      synchronized (this) {
        folder = watched(path);
        folder.asked = System.nanoTime();
        changes = folder.changes;
      }
      SortedSet<String> names = read(path);
      synchronized (this) {
        // What came while it was listed may be in the list or not.
        if (folder.key != null && folder.changes == changes) {
          folder.names = names;
        }
        forget();
      }
      return Optional.of(names);
    } catch (IOException absent) {
      synchronized (this) {
        Folder gone = folders.remove(path);
        if (gone != null) {
          gone.key.cancel();
        }
      }
      return Optional.empty();
    }
  }

  /**
   * A folder that cannot be watched is there nonetheless: it is listed whenever it is asked for.
   */
  private Folder watched(Path path) throws IOException {
    try {
      Folder folder = watch(path);
      unwatched = false;
      return folder;
    } catch (NoSuchFileException | NotDirectoryException absent) {
      throw absent;
    } catch (IOException refused) {
      if (!unwatched) {
        LOG.log(
            Level.WARNING,
            "folders such as {0} cannot be watched and are looked at every 30 s: {1}; see sysctl"
                + " fs.inotify",
            path,
            refused.getMessage());
      }
      unwatched = true;
      return new Folder(null);
    }
  }

  private Folder watch(Path path) throws IOException {
    Folder known = folders.get(path);
    if (known != null && known.key.isValid()) {
      return known;
    }
    if (events == null && !closed) {
      events = services.open();
      Thread.ofPlatform().name("folders").daemon().start(this::listen);
    }
    Folder folder =
        new Folder(
            path.register(
                events,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_DELETE));
    folders.put(path, folder);
    return folder;
  }

  private static SortedSet<String> read(Path path) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          names.add(file.getFileName().toString());
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  private void forget() {
    long now = System.nanoTime();
    if (now - looked < FORGET_NANOS) {
      return;
    }
    looked = now;
    folders
        .values()
        .removeIf(
            folder -> {
              boolean unused = now - folder.asked > FORGET_NANOS;
              if (unused) {
                folder.key.cancel();
              }
              return unused;
            });
  }

  private void listen() {
    try {
      while (true) {
        WatchKey key = events.take();
        do {
          changed(key);
          key = events.poll();
        } while (key != null);
        tell();
      }
    } catch (ClosedWatchServiceException end) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() {
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException fault) {
        LOG.log(Level.ERROR, "a change of folders was not heard; the next is told", fault);
      }
    }
  }

  /**
   * Of which name is not asked: after an overflow it is not told, and listing one folder is quick.
   */
  private synchronized void changed(WatchKey key) {
    key.pollEvents();
    Path path = (Path) key.watchable();
    Folder folder = folders.get(path);
    if (folder != null && folder.key == key) {
      folder.names = null;
      folder.changes++;
      if (!key.reset()) {
        folders.remove(path);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (events != null) {
      try {
        events.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
