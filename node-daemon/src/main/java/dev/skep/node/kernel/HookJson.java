package dev.skep.node.kernel;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Hook;
import java.io.IOException;

/** A hook in the journal: as {@link Attach} is in JSON. */
final class HookJson {
  private HookJson() {}

  /** Without an Attach: to look for the one of its hooks takes as long as the rest of a record. */
  static final class Writer extends StdSerializer<Hook> {
    Writer() {
      super(Hook.class);
    }

    @Override
    public void serialize(Hook hook, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      String type = hook.getClass().getSimpleName();
      json.writeStartObject();
      provider.defaultSerializeField(
          Character.toLowerCase(type.charAt(0)) + type.substring(1), hook, json);
      json.writeEndObject();
    }
  }

  static final class Reader extends StdConverter<Attach, Hook> {
    @Override
    public Hook convert(Attach attach) {
      return attach.hook();
    }
  }
}
