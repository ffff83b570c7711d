package dev.skep.images.build;

import dev.skep.images.bom.Bill;
import dev.skep.images.debian.PackageArchive;
import dev.skep.images.debian.PackageLock;
import dev.skep.images.runtime.ClassArchive;
import dev.skep.images.runtime.JavaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Builds the images of this machine's architecture, one after the other. */
public final class ImageBuild {
  private static final String JAVA = "/opt/java";
  private static final String PROGRAM = "/opt/skep/";
  private static final String BILL = PROGRAM + "bom.cdx.json";

  private final Checkout checkout;
  private final Path work;
  private final Architecture architecture = Architecture.ofThisMachine();
  private final PackageLock lock;
  private final NativeLayers natives;

  /**
   * @param work folder for what is between: unpacked packages, the runtime, roots
   * @param archive where Debian's packages come from
   */
  public ImageBuild(Checkout checkout, Path work, PackageArchive archive) throws IOException {
    this.checkout = checkout;
    this.work = work;
    this.lock = PackageLock.read(checkout.file("images/packages.lock"));
    this.natives = new NativeLayers(lock, archive, architecture, work);
  }

  /** The name it is imported under, e.g. skep.dev/daemon:0.1.0. */
  public String reference(String image) {
    return "skep.dev/" + ImageRecipe.named(image).name() + ":" + checkout.version();
  }

  /**
   * Builds one image.
   *
   * @param image operator or daemon
   */
  public BuiltImage build(String image) throws IOException, InterruptedException {
    ImageRecipe recipe = ImageRecipe.named(image);
    List<ImageLayer> layers = new ArrayList<>();
    layers.add(natives.base());
    if (!recipe.libraries().isEmpty()) {
      layers.add(natives.libraries("libraries", recipe.libraries()));
    }
    layers.add(ImageLayer.of("java").folder(JAVA, runtime()));
    layers.addAll(program(recipe));
    Path root = work.resolve("root-" + image);
    ImageRoot.write(layers, root);
    layers.add(ImageLayer.of("classes").file(archiveOf(recipe), classes(recipe, root)));
    byte[] bill = bill(recipe);
    Path billFile = work.resolve(image + ".cdx.json");
    Files.write(billFile, bill);
    layers.add(ImageLayer.of("bill of materials").file(BILL, billFile));
    return new BuiltImage(
        JibImage.build(
            layers,
            new JibImage.Start(
                command(recipe), environment(recipe), recipe.user(), architecture.debian()),
            Labels.of(recipe, checkout),
            work),
        bill);
  }

  private byte[] bill(ImageRecipe recipe) throws IOException {
    Path maven = checkout.file(recipe.mavenBill());
    if (!Files.isRegularFile(maven)) {
      throw new NoSuchFileException(
          maven.toString(), null, "Maven writes it only when it is not offline: make build");
    }
    return Bill.write(
        maven,
        Materials.of(recipe, lock, architecture),
        "skep.dev/" + recipe.name(),
        checkout.version());
  }

  private Path runtime() throws IOException {
    String modules = String.join("-", ImageRecipe.MODULES);
    Path folder = work.resolve("java-%s-%08x".formatted(JavaRuntime.version(), modules.hashCode()));
    if (!Files.isDirectory(folder)) {
      Path part = work.resolve(".java");
      ImageRoot.delete(part);
      JavaRuntime.link(Set.copyOf(ImageRecipe.MODULES), part);
      Files.move(part, folder);
    }
    return folder;
  }

  /** What others wrote apart from what is ours, which changes with every commit. */
  private List<ImageLayer> program(ImageRecipe recipe) throws IOException {
    Path folder = checkout.file(recipe.program());
    if (!Files.isRegularFile(folder.resolve(recipe.jar()))) {
      throw new NoSuchFileException(
          folder.resolve(recipe.jar()).toString(), null, "not built: make build");
    }
    ImageLayer all =
        ImageLayer.of("all").folder(PROGRAM.substring(0, PROGRAM.length() - 1), folder);
    ImageLayer dependencies = ImageLayer.of("dependencies");
    ImageLayer program = ImageLayer.of("program");
    all.files()
        .forEach(
            (target, source) -> {
              // Of the checkout's own starts: made from jars at other places.
              if (!target.endsWith(".jsa")) {
                boolean ours = !target.contains("/lib/") || target.contains("skep-");
                (ours ? program : dependencies).file(target, source);
              }
            });
    for (String options : recipe.optionFiles()) {
      Path file = checkout.file(options);
      program.file(PROGRAM + file.getFileName(), file);
    }
    return List.of(dependencies, program);
  }

  private Path classes(ImageRecipe recipe, Path root) throws IOException, InterruptedException {
    Files.copy(checkout.file(recipe.classList()), root.resolve("tmp/classes.list"));
    ClassArchive.dump(
        root,
        JAVA,
        PROGRAM + recipe.jar(),
        optionFiles(recipe),
        "/tmp/classes.list",
        "/tmp/classes.jsa");
    return root.resolve("tmp/classes.jsa");
  }

  private static String archiveOf(ImageRecipe recipe) {
    return PROGRAM + recipe.jar().replaceFirst("\\.jar$", ".jsa");
  }

  private static List<String> optionFiles(ImageRecipe recipe) {
    return recipe.optionFiles().stream().map(f -> PROGRAM + Path.of(f).getFileName()).toList();
  }

  private static List<String> command(ImageRecipe recipe) {
    List<String> command = new ArrayList<>(List.of(JAVA + "/bin/java"));
    optionFiles(recipe).forEach(file -> command.add("@" + file));
    command.addAll(
        List.of(
            "-XX:SharedArchiveFile=" + archiveOf(recipe),
            // Java says so itself when it does without; nobody's program is wrong for that.
            "-Xlog:cds=off",
            "-Xlog:aot=off",
            "-jar",
            PROGRAM + recipe.jar()));
    return command;
  }

  private Map<String, String> environment(ImageRecipe recipe) throws IOException {
    var environment = new LinkedHashMap<String, String>();
    environment.put("PATH", JAVA + "/bin");
    for (String line : Files.readAllLines(checkout.file(recipe.environmentFile()))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] nameAndValue = line.split("=", 2);
        environment.put(nameAndValue[0], nameAndValue[1]);
      }
    }
    return environment;
  }
}
