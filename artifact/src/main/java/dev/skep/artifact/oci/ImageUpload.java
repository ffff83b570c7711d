package dev.skep.artifact.oci;

import dev.skep.artifact.oci.RegistryHttp.Answer;
import dev.skep.artifact.oci.RegistryHttp.Ask;
import java.net.URI;
import java.util.Map;

/** Stores blobs, then the manifests that name them, as the distribution specification orders. */
final class ImageUpload {
  private static final long ANSWER_LIMIT = 256 << 10;

  private final RegistrySession session;

  ImageUpload(RegistrySession session) {
    this.session = session;
  }

  void upload(PackedImage image, String tag) {
    image.blobs().forEach(this::blob);
    image.manifests().forEach(this::manifest);
    manifest(tag, image.top());
  }

  private void blob(String digest, byte[] bytes) {
    String path = "blobs/" + digest;
    if (session.request(ask("HEAD", session.address(path), Map.of(), null)).status() == 200) {
      return;
    }
    Answer started =
        session.request(ask("POST", session.address("blobs/uploads/"), Map.of(), new byte[0]));
    expect(started, 202, "blobs/uploads/");
    URI location = session.address(started.header("location"));
    URI target =
        URI.create(location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + digest);
    expect(
        session.request(
            ask("PUT", target, Map.of("Content-Type", "application/octet-stream"), bytes)),
        201,
        path);
  }

  private void manifest(String name, byte[] json) {
    String path = "manifests/" + name;
    String mediaType = Manifest.mediaType(json);
    expect(
        session.request(ask("PUT", session.address(path), Map.of("Content-Type", mediaType), json)),
        201,
        path);
  }

  private void expect(Answer answer, int status, String path) {
    if (answer.status() != status) {
      throw session.refused(answer, path);
    }
  }

  private static Ask ask(String method, URI uri, Map<String, String> headers, byte[] body) {
    return new Ask(method, uri, headers, body, ANSWER_LIMIT);
  }
}
