package dev.skep.artifact.btf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.text.Names;

/** Why JSON does not fit a type, from the user's place and words to the type's. */
record EncodeErrors(Btf btf, Reason reason) {
  Refusal invalid(String path, String what) {
    return new Refusal(reason, path + ": " + what);
  }

  Refusal mismatch(String path, int type, JsonNode json, String advice) {
    String what =
        switch (json.getNodeType()) {
          case STRING -> quoted(json) + " is text";
          case BOOLEAN -> json + " is a boolean";
          case NUMBER -> json + (json.isIntegralNumber() ? " is a number" : " is a fraction");
          case ARRAY -> "the value is a list";
          case OBJECT -> "the value is an object";
          default -> "the value is missing";
        };
    String name = path.substring(path.lastIndexOf('.') + 1);
    return invalid(
        path, "%s, but %s is a %s: %s".formatted(what, name, btf.describe(type), advice));
  }

  Refusal noAddress(String path, JsonNode json, String what) {
    return invalid(path, "%s is not %s".formatted(quoted(json), what));
  }

  static String quoted(JsonNode json) {
    return "\"%s\"".formatted(Names.shorten(json.textValue()));
  }
}
