package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** One function of the object, and where it is attached. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.attach) && has(self.attachments))",
    message = "name one attach, or several attachments, not both")
public record ProgramAttachment(
    @Required
        @Pattern("^[A-Za-z_][A-Za-z0-9_]{0,127}$")
        @JsonPropertyDescription("The function's ELF symbol, e.g. count_open.")
        String function,
    @JsonPropertyDescription(
            "The hook and its target. Default: what the function's SEC() says, e.g."
                + " SEC(\"tracepoint/syscalls/sys_enter_open\").")
        Attach attach,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Instead of attach: several hooks or targets of this one function. 1 to 64.")
        List<Attach> attachments,
    @Size(max = 8)
        @JsonPropertyDescription(
            "Functions to take where the node's kernel cannot attach this one, in this order: the"
                + " first that it can runs, and the others are not loaded. They are attached as"
                + " their entries here say, else as their SEC() does. At most 8.")
        List<@Pattern("^[A-Za-z_][A-Za-z0-9_]{0,127}$") String> fallbacks,
    @Default("false")
        @JsonPropertyDescription(
            "Whether the program may be Ready without this function: where the kernel has not what"
                + " it needs it is left out, and the status says so. Default: false.")
        Boolean optional) {

  public ProgramAttachment {
    attachments = attachments == null ? List.of() : List.copyOf(attachments);
    fallbacks = fallbacks == null ? List.of() : List.copyOf(fallbacks);
    optional = optional != null && optional;
  }

  public ProgramAttachment(String function, Attach attach) {
    this(function, attach, null, null, null);
  }

  /** Every attachment that is asked for; empty where the function's SEC() is to say. */
  public List<Attach> asked() {
    return attach == null || attach.hook() == null ? attachments : List.of(attach);
  }
}
