package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Images go to a real registry and come back")
class RegistryImagesIT {
  private static final byte[] ELF = SampleImage.elf(1);
  private static final Map<String, String> LABELS = Map.of("io.ebpf.programs", "{\"f\":\"xdp\"}");
  private static final Credentials NOBODY = Credentials.none();

  @TempDir static Path open;
  @TempDir static Path closed;
  private static RegistryProcess registry;
  private static RegistryProcess locked;
  private static RegistryImages images;

  @BeforeAll
  static void start() {
    assumeTrue(RegistryProcess.isInstalled(), "docker-registry is not installed");
    registry = RegistryProcess.start(open);
    locked = RegistryProcess.startWithLogin(closed, "ann", "s3cret");
    images = new RegistryImages(RegistrySettings.defaults());
  }

  @AfterAll
  static void stop() {
    if (images != null) {
      images.close();
      registry.close();
      locked.close();
    }
  }

  @Test
  void whatWasPushedIsPulledByTagAndByDigest() {
    PackedImage packed = ImagePacker.pack("a.o", ELF, LABELS);
    ImageReference tag = registry.reference("team/app:v1");

    String digest = images.push(packed, tag, NOBODY);

    assertThat(digest).isEqualTo(packed.digest());
    assertThat(images.resolve(tag, NOBODY)).isEqualTo(digest);
    for (ImageReference reference :
        new ImageReference[] {tag, registry.reference("team/app@" + digest)}) {
      ResolvedImage pulled = images.pull(reference, NOBODY);
      assertThat(pulled.object()).isEqualTo(ELF);
      assertThat(pulled.digest()).isEqualTo(digest);
      assertThat(pulled.labels()).isEqualTo(LABELS);
      assertThat(pulled.objectName()).isEqualTo("a.o");
    }
  }

  @Test
  void pushingTwiceGivesOneDigestAndAMovedTagAnother() {
    ImageReference tag = registry.reference("moved:v1");
    String first = images.push(ImagePacker.pack("a.o", ELF, LABELS), tag, NOBODY);
    assertThat(images.push(ImagePacker.pack("a.o", ELF, LABELS), tag, NOBODY)).isEqualTo(first);

    images.push(ImagePacker.pack("a.o", SampleImage.elf(2), LABELS), tag, NOBODY);

    assertThat(images.resolve(tag, NOBODY)).isNotEqualTo(first);
    assertThat(images.pull(tag, NOBODY).object()).isEqualTo(SampleImage.elf(2));
    assertThat(images.pull(registry.reference("moved@" + first), NOBODY).object()).isEqualTo(ELF);
  }

  @Test
  void whatIsNotThereIsSaid() {
    images.push(ImagePacker.pack("a.o", ELF, LABELS), registry.reference("there:v1"), NOBODY);

    ImageReference noTag = registry.reference("there:v9");
    assertRefused(
        () -> images.resolve(noTag, NOBODY),
        Reason.ImageNotFound,
        "image " + registry.host() + "/there:v9: not found in the registry; check");
    assertRefused(() -> images.pull(noTag, NOBODY), Reason.ImageNotFound, "there:v9");
    assertRefused(
        () -> images.pull(registry.reference("nowhere:v1"), NOBODY), Reason.ImageNotFound);
    assertRefused(
        () -> images.pull(registry.reference("there@sha256:" + "0".repeat(64)), NOBODY),
        Reason.ImageNotFound,
        "digest");
  }

  @Test
  void aLoginIsNeededAndTheRightOneServes() {
    Credentials ann = Credentials.basic("ann", "s3cret");
    ImageReference tag = locked.reference("private/app:v1");
    images.push(ImagePacker.pack("a.o", ELF, LABELS), tag, ann);

    assertThat(images.pull(tag, ann).object()).isEqualTo(ELF);
    assertThat(images.resolve(tag, ann)).startsWith("sha256:");
    assertRefused(
        () -> images.pull(tag, NOBODY),
        Reason.ImageUnauthorized,
        "private/app:v1",
        locked.host(),
        "needs a login");
    assertRefused(
        () -> images.pull(tag, Credentials.basic("ann", "wrong")),
        Reason.ImageUnauthorized,
        "does not accept the login of user \"ann\"");
    assertRefused(
        () -> images.push(ImagePacker.pack("a.o", ELF, LABELS), tag, NOBODY),
        Reason.ImageUnauthorized);
  }

  @Test
  void aPullSecretsLoginServes() {
    Credentials ann = Credentials.basic("ann", "s3cret");
    ImageReference tag = locked.reference("secret/app:v1");
    images.push(ImagePacker.pack("a.o", ELF, LABELS), tag, ann);
    String secret =
        "{\"auths\":{\"%s\":{\"username\":\"ann\",\"password\":\"s3cret\"}}}"
            .formatted(locked.host());

    Credentials found = DockerConfig.parse(secret.getBytes()).credentialsFor(tag);

    assertThat(images.pull(tag, found).object()).isEqualTo(ELF);
  }

  @Test
  void theUsersOwnLoginIsFound() throws IOException {
    ImageReference tag = locked.reference("x:v1");
    Files.writeString(
        closed.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"YW5uOnMzY3JldA==\"}}}".formatted(locked.host()));

    assertThat(DockerLogin.find(tag, Map.of("DOCKER_CONFIG", closed.toString())))
        .isEqualTo(Credentials.basic("ann", "s3cret"));
    assertThat(DockerLogin.find(tag, Map.of("HOME", "/nonexistent"))).isEqualTo(NOBODY);
  }

  @Test
  void anIndexWithAttestationsIsRead() {
    var sample = new SampleImage();
    byte[] attestation =
        sample.layer("application/vnd.in-toto+json", "{}".getBytes()).manifest(Map.of());
    byte[] program = sample.files(Map.of("a.o", ELF)).manifest(LABELS);
    String architecture = Platform.ofThisMachine().architecture();
    sample.entry("unknown", "unknown", attestation).entry("linux", architecture, program);
    ImageReference tag = registry.reference("attested:v1");
    images.push(sample.packed(), tag, NOBODY);

    assertThat(images.pull(tag, NOBODY).object()).isEqualTo(ELF);
  }

  @Test
  void noObjectTwoObjectsAndOneOf200MegabytesAreRefused() {
    byte[] huge = new byte[200 << 20];
    System.arraycopy(ELF, 0, huge, 0, ELF.length);

    assertRefused(() -> roundTrip("none", Map.of("README", new byte[9])), Reason.NoElf, "none:v1");
    assertRefused(
        () -> roundTrip("two", Map.of("a.o", ELF, "b.o", SampleImage.elf(2))),
        Reason.AmbiguousElf,
        "a.o, b.o");
    assertRefused(
        () -> roundTrip("huge", Map.of("a.o", huge)),
        Reason.TooLarge,
        "huge:v1",
        "200 MiB",
        "16 MiB");
  }

  private static ResolvedImage roundTrip(String repository, Map<String, byte[]> files) {
    var sample = new SampleImage();
    byte[] manifest = sample.files(files).manifest(Map.of());
    sample.entry("linux", Platform.ofThisMachine().architecture(), manifest);
    ImageReference tag = registry.reference(repository + ":v1");
    images.push(sample.packed(), tag, NOBODY);
    return images.pull(tag, NOBODY);
  }

  @Test
  void aLayoutFolderIsPushedAsItIs(@TempDir Path folder) {
    PackedImage packed = ImagePacker.pack("a.o", ELF, LABELS);
    packed.writeLayout(folder, "v1");
    ImageReference tag = registry.reference("from-folder:v1");

    String digest = images.push(OciLayout.parse("oci:" + folder).load(), tag, NOBODY);

    assertThat(digest).isEqualTo(packed.digest());
    assertThat(images.pull(tag, NOBODY).object()).isEqualTo(ELF);
  }

  @Test
  void anImageIsFoundByItsTextWhereverItIs(@TempDir Path folder) {
    PackedImage packed = ImagePacker.pack("a.o", ELF, LABELS);
    packed.writeLayout(folder, "v1");
    ImageReference tag = registry.reference("by-text:v1");
    images.push(packed, tag, NOBODY);
    var everywhere = new Images(images, reference -> NOBODY);

    assertThat(everywhere.read("oci:" + folder + ":v1").object()).isEqualTo(ELF);
    assertThat(everywhere.read(tag.toString()).object()).isEqualTo(ELF);
    assertRefused(() -> everywhere.read("Not A Reference"), Reason.InvalidReference);
  }

  @Test
  void otherToolsReadWhatWePack(@TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    PackedImage packed = ImagePacker.pack("a.o", ELF, LABELS);
    packed.writeLayout(folder.resolve("layout"), "v1");
    packed.writeTar(folder.resolve("image.tar"), ImageReference.parse("example.com/x:v1"));

    skopeo("oci:" + folder.resolve("layout") + ":v1", "copied");
    skopeo("oci-archive:" + folder.resolve("image.tar"), "archived");
    skopeo("docker-archive:" + folder.resolve("image.tar"), "loaded");

    skopeo("docker-archive:" + folder.resolve("image.tar"), "single");
    PackedImage single = OciLayout.parse("oci:" + copiedToLayout(folder, "single")).load();
    images.push(single, registry.reference("again:v1"), NOBODY);

    for (String repository : new String[] {"copied", "archived", "loaded", "again"}) {
      ResolvedImage pulled = images.pull(registry.reference(repository + ":v1"), NOBODY);
      assertThat(pulled.object()).as(repository).isEqualTo(ELF);
      assertThat(pulled.labels()).as(repository).isEqualTo(LABELS);
    }
    assertThat(images.resolve(registry.reference("copied:v1"), NOBODY)).isEqualTo(packed.digest());
  }

  private static Path copiedToLayout(Path folder, String repository) {
    Path layout = folder.resolve(repository);
    copy(
        "--src-tls-verify=false",
        "docker://" + registry.host() + "/" + repository + ":v1",
        "oci:" + layout + ":v1");
    return layout;
  }

  private static void skopeo(String from, String repository) {
    copy(
        "--dest-tls-verify=false",
        from.startsWith("docker-archive") ? "--multi-arch=system" : "--multi-arch=all",
        from,
        "docker://" + registry.host() + "/" + repository + ":v1");
  }

  private static void copy(String... arguments) {
    Command.of("skopeo", "copy", "--insecure-policy").and(arguments).output();
  }
}
