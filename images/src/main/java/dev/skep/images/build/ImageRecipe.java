package dev.skep.images.build;

import java.util.List;
import java.util.Map;

/**
 * What an image is made of, and how it is started.
 *
 * @param name skep.dev/NAME
 * @param title one line for org.opencontainers.image.title
 * @param program the built program's folder in the checkout; becomes /opt/skep
 * @param mavenBill the bill of the program's jars, as Maven's plugin wrote it in the checkout
 * @param jar what is started in it
 * @param optionFiles files of JVM options in the checkout; the image gets them beside the jar
 * @param environmentFile NAME=VALUE lines in the checkout: the process's environment
 * @param classList the classes a start loads, in the checkout
 * @param libraries shared libraries besides the C library: package → path of the library in it
 * @param user uid:gid
 */
record ImageRecipe(
    String name,
    String title,
    String program,
    String mavenBill,
    String jar,
    List<String> optionFiles,
    String environmentFile,
    String classList,
    Map<String, List<String>> libraries,
    String user) {

  static final ImageRecipe OPERATOR =
      new ImageRecipe(
          "operator",
          "Skep's operator: from BpfPrograms to what each node shall run",
          "operator/target/quarkus-app",
          "operator/target/bom.json",
          "quarkus-run.jar",
          List.of("operator/jvm.options"),
          "operator/jvm.env",
          "images/classes/operator.list",
          Map.of(),
          "65532:65532");

  static final ImageRecipe DAEMON =
      new ImageRecipe(
          "daemon",
          "Skep's node daemon, and the command skep",
          "node-daemon/target/skep",
          "node-daemon/target/bom.json",
          "skep.jar",
          List.of("node-daemon/jvm.options", "node-daemon/serve.options"),
          "node-daemon/serve.env",
          "images/classes/daemon.list",
          Map.of(
              "libbpf1", List.of("usr/lib/%s/libbpf.so.1"),
              "libelf1", List.of("usr/lib/%s/libelf.so.1"),
              "zlib1g", List.of("lib/%s/libz.so.1")),
          // What it asks of the kernel, it asks with capabilities, which a process of another user
          // would not get from the container runtime.
          "0:0");

  static ImageRecipe named(String name) {
    return switch (name) {
      case "operator" -> OPERATOR;
      case "daemon" -> DAEMON;
      default -> throw new IllegalArgumentException(name + ": images are operator and daemon");
    };
  }

  /** The C library and what it loads by itself, in every image. */
  static final Map<String, List<String>> C_LIBRARY =
      Map.of(
          "libc6",
          List.of(
              "lib/%s/libc.so.6",
              "lib/%s/libm.so.6",
              "lib/%s/libdl.so.2",
              "lib/%s/libpthread.so.0",
              "lib/%s/librt.so.1",
              "lib/%s/libresolv.so.2"),
          "libgcc-s1",
          List.of("lib/%s/libgcc_s.so.1"),
          // Only its licence: libgcc-s1's stands there.
          "gcc-12-base",
          List.of());

  /** Of the JDK; the runtime has what these need too. One for both images, so one layer. */
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.compiler",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.xml",
          // TLS with elliptic curves.
          "jdk.crypto.ec",
          "jdk.httpserver",
          "jdk.management",
          "jdk.net",
          // sun.misc.Unsafe: Netty, Jackson.
          "jdk.unsupported");
}
