package dev.skep.operator.configmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.operator.node.ProgramKey;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.reflect.Proxy;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchedConfigMapsTest {
  private static final ProgramKey PROGRAM = new ProgramKey("shop", "filter");

  /** Names of those that are watched now; forbidden is one that may not be. */
  private final Set<String> watched = new ConcurrentSkipListSet<>();

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicBoolean first = new AtomicBoolean(true);
  private final CountDownLatch begunAgain = new CountDownLatch(1);
  private final CountDownLatch mayEndAgain = new CountDownLatch(1);

  @Test
  @DisplayName("a program that named one more than it may read lets go of the others when it goes")
  void oneIsForbidden() {
    WatchedConfigMaps configMaps = new WatchedConfigMaps(client());

    assertThatThrownBy(() -> configMaps.follow(PROGRAM, new TreeSet<>(Set.of("a", "forbidden"))))
        .isInstanceOf(Refusal.class);
    assertThat(watched).as("nothing is half followed").isEmpty();

    configMaps.follow(PROGRAM, Set.of());
    assertThat(watched).isEmpty();
  }

  @Test
  @DisplayName("what no program names any more is not watched any more")
  void follows() {
    WatchedConfigMaps configMaps = new WatchedConfigMaps(client());
    ProgramKey other = new ProgramKey("shop", "other");

    configMaps.follow(PROGRAM, Set.of("a", "b"));
    configMaps.follow(other, Set.of("b"));
    configMaps.follow(PROGRAM, Set.of("a"));
    assertThat(watched).containsExactly("a", "b");
    configMaps.follow(other, Set.of());
    assertThat(watched).containsExactly("a");
  }

  @Test
  @DisplayName("who reads does not wait while another's are listed")
  void readsMeanwhile() throws Exception {
    WatchedConfigMaps configMaps = new WatchedConfigMaps(client());
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> following = other.submit(() -> configMaps.follow(PROGRAM, Set.of("slow")));
      begun.await();

      assertThat(configMaps.data(PROGRAM, "slow")).isEmpty();
      assertThat(following).isNotDone();

      mayEnd.countDown();
      following.get();
      assertThat(watched).containsExactly("slow");
    }
  }

  @Test
  @DisplayName("who reads does not wait either while one is listed that another has let go of")
  void readsWhileAgain() throws Exception {
    WatchedConfigMaps configMaps = new WatchedConfigMaps(client());
    ProgramKey other = new ProgramKey("shop", "other");
    configMaps.follow(other, Set.of("once"));
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> following =
          threads.submit(() -> configMaps.follow(PROGRAM, Set.of("once", "slow")));
      begun.await();
      configMaps.follow(other, Set.of());
      assertThat(watched).isEmpty();
      mayEnd.countDown();
      begunAgain.await();

      Future<?> read = threads.submit(() -> configMaps.data(PROGRAM, "once"));
      try {
        assertThat(read).succeedsWithin(Duration.ofSeconds(5));
        assertThat(following).isNotDone();
      } finally {
        mayEndAgain.countDown();
      }
      following.get();
      assertThat(watched).containsExactly("once", "slow");
    }
  }

  private KubernetesClient client() {
    MixedOperation<?, ?, ?> all =
        stub(
            MixedOperation.class,
            (method, argument) -> method.equals("withName") ? resource((String) argument) : null);
    return stub(KubernetesClient.class, (method, argument) -> all);
  }

  private Resource<?> resource(String name) {
    return stub(
        Resource.class,
        (method, argument) -> {
          if (name.equals("forbidden")) {
            throw new KubernetesClientException("no", HttpURLConnection.HTTP_FORBIDDEN, null);
          }
          if (name.equals("slow")) {
            begun.countDown();
            await(mayEnd);
          }
          if (name.equals("once") && !first.getAndSet(false)) {
            begunAgain.countDown();
            await(mayEndAgain);
          }
          watched.add(name);
          return stub(
              SharedIndexInformer.class,
              (call, none) -> call.equals("close") && watched.remove(name));
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is answered with null stands for itself, as fluent calls do. */
  private static <T> T stub(Class<T> type, BiFunction<String, Object, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object answer =
                  answers.apply(method.getName(), arguments == null ? null : arguments[0]);
              return method.getReturnType() == void.class ? null : answer == null ? self : answer;
            }));
  }
}
