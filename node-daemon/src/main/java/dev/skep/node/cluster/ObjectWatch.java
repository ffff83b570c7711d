package dev.skep.node.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Follows one object, or those that a selector names: reads, watches, and begins anew whenever the
 * watch ends. A thread of its own; the listener is called on it, one call at a time.
 */
public final class ObjectWatch implements AutoCloseable {
  private static final Log LOG = Log.of(ObjectWatch.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** How long one watch lasts; spread, so that a fleet does not begin anew all at once. */
  private static final Duration LENGTH = Duration.ofMinutes(4);

  /** How much later than asked for a server may end a watch. */
  private static final Duration SLACK = Duration.ofSeconds(30);

  private static final long SHORT_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int GONE = 410;

  /** Objects in one answer. */
  private static final int PAGE = 100;

  private final ApiServer server;
  private final String collection;
  private final String selector;
  private final Listener listener;
  private final Duration length;
  private final Duration slack;
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

    /** All that there is, at each beginning. */
    default void listed(List<JsonNode> objects) {
      if (objects.isEmpty()) {
        absent();
      } else {
        objects.forEach(this::seen);
      }
    }

    /** One that there was. */
    default void deleted(JsonNode object) {
      absent();
    }

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
    this(server, collection, name, listener, LENGTH, SLACK);
  }

  /**
   * A watch of several objects.
   *
   * @param field of theirs, e.g. spec.nodeName
   * @param value that it must have
   */
  public static ObjectWatch of(
      ApiServer server, String collection, String field, String value, Listener listener) {
    return new ObjectWatch(server, collection, selector(field, value), LENGTH, SLACK, listener);
  }

  /**
   * @param length how long the server is asked to keep up one watch, or a quarter longer; seconds
   * @param slack after so much more it is ended from here
   */
  ObjectWatch(
      ApiServer server,
      String collection,
      String name,
      Listener listener,
      Duration length,
      Duration slack) {
    this(server, collection, selector("metadata.name", name), length, slack, listener);
  }

  private ObjectWatch(
      ApiServer server,
      String collection,
      String selector,
      Duration length,
      Duration slack,
      Listener listener) {
    this.server = server;
    this.length = length;
    this.slack = slack;
    this.collection = collection;
    this.selector = selector;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("watch").daemon().unstarted(this::run);
  }

  private static String selector(String field, String value) {
    return "fieldSelector=" + field + "%3D" + value;
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
        follow(list());
      } catch (IOException e) {
        if (!closed) {
          listener.away(e);
          pause();
        }
      } catch (RuntimeException fault) {
        LOG.error("watch failed by a fault of the daemon; it begins anew", fault);
        pause();
      }
    }
  }

  private void follow(String from) throws IOException {
    String version = from;
    while (!closed && version != null) {
      long start = System.nanoTime();
      version = watch(version);
      if (System.nanoTime() - start < SHORT_NANOS) {
        // One that ends every watch at once is not to be asked without a pause.
        pause();
      } else {
        failures = 0;
      }
    }
  }

  /** Tells what is there, and gives the version it is of. */
  private String list() throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    JsonNode page = page("");
    page.path("items").forEach(objects::add);
    while (!page.path("metadata").path("continue").asText().isEmpty()) {
      String next = page.path("metadata").path("continue").asText();
      page = page("&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
      page.path("items").forEach(objects::add);
    }
    listener.listed(objects);
    return page.path("metadata").path("resourceVersion").asText();
  }

  private JsonNode page(String from) throws IOException {
    return server
        .get(collection + "?" + selector + "&limit=" + PAGE + from)
        .orElseThrow(() -> new IOException("the API server does not know " + collection));
  }

  /** Watches until the server ends it; the version to go on from, or null to list anew. */
  private String watch(String from) throws IOException {
    long seconds = length.toSeconds();
    seconds += ThreadLocalRandom.current().nextLong(seconds / 4 + 1);
    String path =
        "%s?%s&watch=true&allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%d"
            .formatted(collection, selector, from, seconds);
    CompletableFuture<InputStream> overdue = new CompletableFuture<>();
    // A connection that was dropped on the way without a word would be listened to for ever.
    overdue.thenAccept(ObjectWatch::end);
    try (InputStream body = server.open(server.request(path).GET().build())) {
      stream = body;
      watching = true;
      overdue.completeOnTimeout(body, seconds + slack.toSeconds(), TimeUnit.SECONDS);
      return follow(body, from);
    } catch (ApiException e) {
      if (e.status() == GONE) {
        return null;
      }
      throw e;
    } finally {
      overdue.cancel(false);
      watching = false;
      stream = null;
    }
  }

  /** Waits for the first event already when it makes the iterator. */
  private String follow(InputStream body, String from) throws IOException {
    String version = from;
    try (MappingIterator<JsonNode> events =
        new ObjectMapper().readerFor(JsonNode.class).readValues(body)) {
      while (events.hasNextValue()) {
        Optional<String> next = hear(events.nextValue());
        if (next.isEmpty()) {
          return null;
        }
        version = next.get();
      }
    }
    return version;
  }

  /** The version an event speaks of; empty when the watch cannot go on from where it was. */
  private Optional<String> hear(JsonNode event) {
    JsonNode object = event.path("object");
    switch (event.path("type").asText()) {
      case "ADDED", "MODIFIED" -> listener.seen(object);
      case "DELETED" -> listener.deleted(object);
      case "BOOKMARK" -> {
        // Only a version to go on from.
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(object.path("metadata").path("resourceVersion").asText());
  }

  private void pause() {
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
      end(silent);
    }
  }

  private static void end(InputStream silent) {
    try {
      silent.close();
    } catch (IOException e) {
      // It was of no use any more.
      return;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    beginAnew();
  }
}
