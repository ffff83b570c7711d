package dev.skep.node.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Follows one object: reads it, watches it, and begins anew whenever the watch ends. A thread of
 * its own; the listener is called on it, one call at a time.
 */
public final class ObjectWatch implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** How long one watch lasts; spread, so that a fleet does not begin anew all at once. */
  private static final int WATCH_SECONDS = 240;

  private static final int GONE = 410;

  private final ApiServer server;
  private final String collection;
  private final String selector;
  private final Listener listener;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean watching;
  private volatile InputStream stream;
  private int failures;

  /** What is told. */
  public interface Listener {
    /** The object as it is now. Told again for what was told already, after every new beginning. */
    void seen(JsonNode object);

    /** There is no such object. */
    void absent();

    /** The API server cannot be heard; tried again until it is. Told once for each failure. */
    void away(IOException cause);
  }

  /**
   * A watch.
   *
   * @param collection path of the kind, e.g. {@code /apis/skep.dev/v1alpha1/bpfnodes}
   * @param name of the object
   */
  public ObjectWatch(ApiServer server, String collection, String name, Listener listener) {
    this.server = server;
    this.collection = collection;
    this.selector = "fieldSelector=metadata.name%3D" + name;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("watch").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Whether changes are being heard of. */
  public boolean watching() {
    return watching;
  }

  private void run() {
    while (!closed) {
      try {
        String version = list();
        while (!closed && version != null) {
          version = watch(version);
        }
      } catch (IOException e) {
        pauseAfter(e);
      }
    }
  }

  /** Tells what is there, and gives the version it is of. */
  private String list() throws IOException {
    JsonNode list =
        server
            .get(collection + "?" + selector)
            .orElseThrow(() -> new IOException("the API server does not know " + collection));
    JsonNode items = list.path("items");
    if (items.isEmpty()) {
      listener.absent();
    } else {
      listener.seen(items.get(0));
    }
    return list.path("metadata").path("resourceVersion").asText();
  }

  /** Watches until the server ends it; the version to go on from, or null to list anew. */
  private String watch(String from) throws IOException {
    int seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextInt(WATCH_SECONDS / 4);
    String path =
        "%s?%s&watch=true&allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%d"
            .formatted(collection, selector, from, seconds);
    String version = from;
    try (InputStream body =
            server.open(server.request(path).timeout(Duration.ofSeconds(10)).GET().build());
        MappingIterator<JsonNode> events =
            new ObjectMapper().readerFor(JsonNode.class).readValues(body)) {
      stream = body;
      watching = true;
      failures = 0;
      while (events.hasNextValue()) {
        Optional<String> next = hear(events.nextValue());
        if (next.isEmpty()) {
          return null;
        }
        version = next.get();
      }
      return version;
    } catch (ApiException e) {
      if (e.status() == GONE) {
        return null;
      }
      throw e;
    } finally {
      watching = false;
      stream = null;
    }
  }

  /** The version an event speaks of; empty when the watch cannot go on from where it was. */
  private Optional<String> hear(JsonNode event) {
    JsonNode object = event.path("object");
    switch (event.path("type").asText()) {
      case "ADDED", "MODIFIED" -> listener.seen(object);
      case "DELETED" -> listener.absent();
      case "BOOKMARK" -> {
        // Only a version to go on from.
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(object.path("metadata").path("resourceVersion").asText());
  }

  private void pauseAfter(IOException cause) {
    if (closed) {
      return;
    }
    listener.away(cause);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures++, 10));
    long millis = Math.min(pause.toMillis(), LONGEST_PAUSE.toMillis());
    try {
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  /**
   * Begins anew: another request failed in a way that this watch may not notice, since a connection
   * whose other end vanished stays silent.
   */
  public void beginAnew() {
    InputStream silent = stream;
    if (silent != null) {
      try {
        silent.close();
      } catch (IOException e) {
        // It was of no use any more.
        return;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    beginAnew();
  }
}
