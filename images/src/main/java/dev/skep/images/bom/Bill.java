package dev.skep.images.bom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Writes an image's bill of materials in CycloneDX's JSON; the same materials, the same bytes. */
public final class Bill {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Of what Maven's plugin says of a jar; the rest (seven more digests, addresses) says no more.
   */
  private static final List<String> KEPT =
      List.of("type", "bom-ref", "group", "name", "version", "licenses", "purl");

  private Bill() {}

  /**
   * Joins what Maven knows of the jars with everything else.
   *
   * @param maven the file that cyclonedx-maven-plugin wrote for the program's module
   * @param others libraries, the Java runtime
   * @param image the image's name without its tag
   * @param version of the image
   */
  public static byte[] write(Path maven, List<Material> others, String image, String version)
      throws IOException {
    Map<String, ObjectNode> components = new TreeMap<>(Comparator.naturalOrder());
    for (JsonNode component : MAPPER.readTree(maven.toFile()).path("components")) {
      ObjectNode kept = kept(component);
      components.put(kept.path("bom-ref").asText(), kept);
    }
    others.forEach(material -> components.put(material.purl(), component(material)));

    ObjectNode bill = MAPPER.createObjectNode();
    bill.put("bomFormat", "CycloneDX").put("specVersion", "1.6");
    ArrayNode list = MAPPER.createArrayNode().addAll(components.values());
    // Of the content, for the specification wants a number that no other bill has.
    bill.put(
        "serialNumber",
        "urn:uuid:"
            + UUID.nameUUIDFromBytes((image + version + list).getBytes(StandardCharsets.UTF_8)));
    bill.put("version", 1);
    bill.putObject("metadata")
        .putObject("component")
        .put("type", "container")
        .put("bom-ref", image)
        .put("name", image)
        .put("version", version);
    bill.set("components", list);
    return MAPPER.writeValueAsBytes(bill);
  }

  private static ObjectNode kept(JsonNode component) {
    ObjectNode kept = MAPPER.createObjectNode();
    KEPT.stream().filter(component::has).forEach(name -> kept.set(name, component.get(name)));
    for (JsonNode hash : component.path("hashes")) {
      if ("SHA-256".equals(hash.path("alg").asText())) {
        kept.putArray("hashes").add(hash);
      }
    }
    return kept;
  }

  private static ObjectNode component(Material material) {
    ObjectNode component =
        MAPPER
            .createObjectNode()
            .put("type", material.type())
            .put("bom-ref", material.purl())
            .put("name", material.name())
            .put("version", material.version());
    component.putArray("licenses").addObject().put("expression", material.licence());
    component.put("purl", material.purl());
    if (!material.sha256().isEmpty()) {
      component
          .putArray("hashes")
          .addObject()
          .put("alg", "SHA-256")
          .put("content", material.sha256());
    }
    return component;
  }
}
