package dev.skep.tests.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The plain manifests in config/: what everything else is made from. */
final class Manifests {
  static final Path CONFIG = ControlPlane.projectRoot().resolve("config");
  private static final Pattern VERSION = Pattern.compile("<version>([^<$]+)</version>");
  private static final YAMLMapper YAML = new YAMLMapper();

  private Manifests() {}

  /** The project's version, and so that of the images, the chart and the bundle. */
  static String version() {
    Matcher version = VERSION.matcher(text(ControlPlane.projectRoot().resolve("pom.xml")));
    if (!version.find()) {
      throw new IllegalStateException("pom.xml has no version");
    }
    return version.group(1);
  }

  /** The numbered files of config/install, name to text, in their order. */
  static Map<String, String> numbered() {
    return files("install", "\\d{3}-.*\\.yaml");
  }

  /** Files of a folder of config, name to text. */
  static Map<String, String> files(String folder, String pattern) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(CONFIG.resolve(folder))) {
      for (Path file : all.filter(f -> f.getFileName().toString().matches(pattern)).toList()) {
        files.put(file.getFileName().toString(), text(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** The resources of some YAML documents, by kind, namespace and name. */
  static Map<String, JsonNode> resources(String yaml) {
    Map<String, JsonNode> resources = new TreeMap<>();
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      while (documents.hasNext()) {
        JsonNode resource = documents.next();
        if (resource != null && resource.has("kind")) {
          JsonNode metadata = resource.get("metadata");
          String key =
              resource.get("kind").asText()
                  + " "
                  + metadata.path("namespace").asText()
                  + "/"
                  + metadata.path("name").asText();
          if (resources.put(key, resource) != null) {
            throw new IllegalStateException(key + " is there twice");
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return resources;
  }

  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
