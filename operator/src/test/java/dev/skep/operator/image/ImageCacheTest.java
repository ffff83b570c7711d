package dev.skep.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.artifact.oci.ResolvedImage;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ImageCacheTest {
  private final ImageCache cache = new ImageCache(100);

  @Test
  @DisplayName("the least recently used image makes room, and its object goes with it")
  void dropsTheLeastRecentlyUsed() {
    cache.put(image("a", 40));
    cache.put(image("b", 40));
    cache.find("a");
    cache.put(image("c", 40));
    assertThat(cache.find("b")).isEmpty();
    assertThat(cache.findObject("object-b")).isEmpty();
    assertThat(cache.findObject("object-a")).isPresent();
    assertThat(cache.findObject("object-c")).isPresent();
  }

  @Test
  @DisplayName("an image larger than the bound is kept until the next one comes")
  void keepsTheLast() {
    cache.put(image("a", 500));
    assertThat(cache.findObject("object-a")).isPresent();
    cache.put(image("b", 10));
    assertThat(cache.find("a")).isEmpty();
  }

  @Test
  @DisplayName("the same image again takes no more room")
  void sameAgain() {
    for (int i = 0; i < 10; i++) {
      cache.put(image("a", 40));
    }
    cache.put(image("b", 40));
    assertThat(cache.find("a")).isPresent();
  }

  @Test
  @DisplayName("an object is found while any image that holds it is there")
  void findsAnObjectOfTwoImages() {
    cache.put(image("first", "object", 40));
    cache.put(image("second", "object", 40));
    cache.find("first");
    cache.put(image("third", 40));
    assertThat(cache.find("second")).isEmpty();
    assertThat(cache.findObject("object")).isPresent();
  }

  private static InspectedImage image(String digest, int size) {
    return image(digest, "object-" + digest, size);
  }

  private static InspectedImage image(String digest, String object, int size) {
    return new InspectedImage(
        new ResolvedImage("r", digest, object, "o", new byte[size], Map.of()), null);
  }
}
