package dev.skep.node.source;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgram;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * BpfPrograms in YAML, taken as strictly as the API server takes them: a misspelt field would
 * otherwise be one that was never written.
 */
public final class ManifestReader {
  private static final String API_VERSION = BpfProgram.GROUP + "/" + BpfProgram.VERSION;

  /** A name becomes a folder of bpffs, and two names never the same one. */
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final int LONGEST_NAME = 63;

  private static final ObjectMapper YAML =
      YAMLMapper.builder().annotationIntrospector(new UnknownFieldsAreErrors()).build();

  /** On a command line nobody looks up how ipv4 is written. */
  private static final ObjectMapper ATTACHMENTS =
      YAMLMapper.builder()
          .annotationIntrospector(new UnknownFieldsAreErrors())
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private static final ObjectMapper PLAIN = new ObjectMapper();

  private ManifestReader() {}

  /** What the text says is not a BpfProgram; one line that says where and what. */
  public static final class NotUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotUnderstood(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The API types let unknown fields pass, for an older daemon has to read a newer cluster's. */
  private static final class UnknownFieldsAreErrors extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated annotated) {
      return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
    }
  }

  /** Every document of a text, however it looks; none for an empty text. */
  static List<JsonNode> documents(String text) {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      return documents.readAll().stream()
          .filter(document -> !document.isNull() && !document.isMissingNode())
          .toList();
    } catch (JsonProcessingException e) {
      throw new NotUnderstood("not YAML: " + oneLine(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new NotUnderstood("not YAML: " + oneLine(e.getMessage()), e);
    }
  }

  static boolean isProgram(JsonNode document) {
    return document.path("kind").asText().equals("BpfProgram")
        && document.path("apiVersion").asText().equals(API_VERSION);
  }

  static boolean isConfigMap(JsonNode document) {
    return document.path("kind").asText().equals("ConfigMap")
        && document.path("apiVersion").asText().equals("v1");
  }

  /**
   * @throws NotUnderstood when its data is no text
   */
  static ConfigMap configMap(JsonNode document) {
    try {
      ConfigMap configMap = PLAIN.treeToValue(document, ConfigMap.class);
      if (configMap.getMetadata() == null || configMap.getMetadata().getName() == null) {
        throw new NotUnderstood("metadata.name is missing", null);
      }
      return configMap;
    } catch (JsonProcessingException e) {
      throw new NotUnderstood(inWords(e), e);
    }
  }

  /**
   * @throws NotUnderstood when a field is unknown, missing or of another type than it should be
   */
  static BpfProgram program(JsonNode document) {
    if (!isProgram(document)) {
      throw new NotUnderstood(
          "not a BpfProgram: it has no apiVersion: %s, kind: BpfProgram".formatted(API_VERSION),
          null);
    }
    try {
      BpfProgram program = YAML.treeToValue(document, BpfProgram.class);
      if (program.getSpec() == null) {
        throw new NotUnderstood("spec is missing", null);
      }
      nameFits(program.getMetadata());
      requireBounds("spec", program.getSpec());
      return program;
    } catch (JsonProcessingException e) {
      throw new NotUnderstood(inWords(e), e);
    }
  }

  private static void nameFits(ObjectMeta metadata) {
    String name = metadata == null ? null : metadata.getName();
    if (name == null) {
      throw new NotUnderstood("metadata.name is missing", null);
    }
    for (String word :
        metadata.getNamespace() == null ? List.of(name) : List.of(name, metadata.getNamespace())) {
      if (word.length() > LONGEST_NAME || !NAME.matcher(word).matches()) {
        throw new NotUnderstood(
            "metadata: \"%s\" is no name: at most %d lower-case letters, digits, - and ."
                .formatted(word, LONGEST_NAME),
            null);
      }
    }
  }

  /**
   * One attachment in YAML, as a manifest has it below attach.
   *
   * @throws NotUnderstood as {@link #program}
   */
  public static Attach attach(String text) {
    try {
      return ATTACHMENTS.readValue(text, Attach.class);
    } catch (JsonProcessingException e) {
      throw new NotUnderstood(inWords(e), e);
    }
  }

  /**
   * @throws NotUnderstood when something is missing or out of the bounds that the CRD has
   */
  public static Attach inBounds(Attach attach) {
    requireBounds("", attach);
    return attach;
  }

  private static void requireBounds(String path, Object value) {
    Bounds.broken(path, value)
        .ifPresent(
            broken -> {
              throw new NotUnderstood(broken, null);
            });
  }

  private static String inWords(JsonProcessingException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "unknown field " + path(unknown) + "; there is " + unknown.getKnownPropertyIds();
      case InvalidFormatException format when format.getTargetType().isEnum() ->
          "%s: %s is none of %s"
              .formatted(
                  path(format),
                  format.getValue(),
                  Arrays.toString(format.getTargetType().getEnumConstants()));
      // What Jackson says here is about Java.
      case MismatchedInputException mismatch -> path(mismatch) + ": a value of another type";
      case JsonMappingException mapping ->
          path(mapping) + ": " + oneLine(mapping.getOriginalMessage());
      default -> oneLine(e.getOriginalMessage());
    };
  }

  /** The YAML parser shows the place over several lines. */
  private static String oneLine(String message) {
    String line = message.strip().replaceAll("\\s+", " ");
    return line.length() <= 200 ? line : line.substring(0, 199) + "…";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }
}
