package dev.skep.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.operator.image.ImageFetcher.Answer;
import dev.skep.operator.node.ProgramKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ImageFetcherTest {
  private final AtomicInteger fetches = new AtomicInteger();
  private final CountDownLatch deadRegistry = new CountDownLatch(1);
  private final ImageFetcher fetcher = new ImageFetcher(new Source(), new ImageCache(1 << 20));

  @Test
  @DisplayName("an image that twenty programs want at once is fetched once")
  void once() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers =
          IntStream.range(0, 20)
              .mapToObj(i -> threads.submit(() -> fetcher.fetch(request("good.example/tp:v" + i))))
              .toList();
      for (Future<Answer> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Answer.Here.class);
      }
    }
    assertThat(fetches).hasValue(1);
  }

  @Test
  @DisplayName("a registry that does not answer holds up nobody but its own")
  void deadRegistryHoldsItsOwn() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        String reference = "dead.example/x:v" + i;
        threads.submit(() -> fetcher.fetch(request(reference)));
      }
      Future<Answer> other = threads.submit(() -> fetcher.fetch(request("good.example/tp:v1")));
      assertThat(other.get(10, TimeUnit.SECONDS)).isInstanceOf(Answer.Here.class);
      deadRegistry.countDown();
    }
  }

  @Test
  @DisplayName("each program sees the reference it wrote, also when the image was there already")
  void ownReference() {
    fetcher.fetch(request("good.example/tp:v1"));
    Answer answer = fetcher.fetch(request("good.example/tp:v2"));
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Here.class,
            here -> assertThat(here.image().image().reference()).isEqualTo("good.example/tp:v2"));
    assertThat(fetches).hasValue(1);
  }

  @Test
  @DisplayName("what fails is said as it is, and tried again the next time")
  void failures() {
    deadRegistry.countDown();
    Answer answer = fetcher.fetch(request("dead.example/x:v1"));
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            failed -> assertThat(failed.failure().reason()).isEqualTo(Reason.RegistryUnreachable));
    assertThat(fetcher.fetch(request("not a reference")))
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            failed -> assertThat(failed.failure().reason()).isEqualTo(Reason.InvalidReference));
  }

  private static PullRequest request(String reference) {
    return new PullRequest(new ProgramKey("ns", reference), reference, List.of(), null, false);
  }

  /** One registry that has one image under every tag, and one that does not answer. */
  private final class Source implements ImageSource {
    @Override
    public String resolve(PullRequest request) {
      if (request.reference().startsWith("dead")) {
        try {
          deadRegistry.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        throw new Refusal(Reason.RegistryUnreachable, "no answer");
      }
      return "sha256:one";
    }

    @Override
    public ResolvedImage fetch(PullRequest request, String digest) {
      fetches.incrementAndGet();
      try {
        byte[] object = Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "tp.bpf.o"));
        return new ResolvedImage("pinned", digest, "sha256:o", "tp.bpf.o", object, Map.of());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
