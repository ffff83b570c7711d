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
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /**
   * What is known of one folder; names is null when it must be listed again. Several may have one
   * key, by several paths.
   */
  private static final class Folder {
    private final WatchKey key;
    private final Set<String> files = new HashSet<>();
    private SortedSet<String> names;
    private boolean listed;
    private int changes;
    private long asked;

    Folder(WatchKey key) {
      this.key = key;
    }

    /** After an overflow no name is told: it may be any. */
    private boolean isOfFile(WatchEvent<?> event) {
      return event.context() == null || files.contains(event.context().toString());
    }
  }

  /**
   * Called, by a thread of its own, after something came or went in a folder that was asked for, or
   * a file that is watched came, went or was replaced by another.
   */
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

  /** Watches a file, which need not be there, until nobody asks for that any more. */
  public synchronized void watch(Path file) {
    if (file.getParent() == null) {
      // The root, which no file takes the place of.
      return;
    }
    try {
      Folder folder = watched(file.getParent());
      folder.asked = System.nanoTime();
      folder.files.add(file.getFileName().toString());
      forget();
    } catch (IOException absent) {
      // Whoever looks for the file finds that out.
    }
  }

  private Optional<SortedSet<String>> list(Path path) {
    try {
      Folder folder;
      int changes;
      synchronized (this) {
        folder = watched(path);
        folder.asked = System.nanoTime();
        folder.listed = true;
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
          cancel(gone);
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
      Folder folder = register(path);
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

  private Folder register(Path path) throws IOException {
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
    List<Folder> unused =
        folders.values().stream().filter(folder -> now - folder.asked > FORGET_NANOS).toList();
    folders.values().removeAll(unused);
    unused.forEach(this::cancel);
  }

  private void cancel(Folder gone) {
    if (folders.values().stream().noneMatch(folder -> folder.key == gone.key)) {
      gone.key.cancel();
    }
  }

  private void listen() {
    try {
      while (true) {
        WatchKey key = events.take();
        boolean asked = false;
        do {
          asked |= changed(key);
          key = events.poll();
        } while (key != null);
        if (asked) {
          tell();
        }
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

  /** Whether somebody asked for what changed. */
  private synchronized boolean changed(WatchKey key) {
    List<WatchEvent<?>> events = key.pollEvents();
    boolean asked = false;
    for (Folder folder : folders.values()) {
      if (folder.key == key) {
        folder.names = null;
        folder.changes++;
        asked |= folder.listed || events.stream().anyMatch(folder::isOfFile);
      }
    }
    if (!key.reset()) {
      folders.values().removeIf(folder -> folder.key == key);
    }
    return asked;
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
