package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A hook of the Linux Security Modules for the processes of a control group (Linux 6.0 or later).
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = "has(self.path) != has(self.pods)", message = "name a path or pods")
public record LsmCgroup(
    @Required
        @Pattern("^[a-z0-9_]+$")
        @JsonPropertyDescription("The hook as linux/lsm_hook_defs.h names it, e.g. socket_bind.")
        String hook,
    @Pattern("^/.*$")
        @JsonPropertyDescription(
            "Path of the control group below the cgroup v2 root; / is the root and so the whole node. May be a pattern (/kubepods/*/pod*; * and ? stay within one name): each that matches, those that come later too.")
        String path,
    @JsonPropertyDescription(
            "The pods whose control groups are meant: each pod's own, or, where containers are named, those containers'.")
        Pods pods)
    implements CgroupHook {
  @Override
  public LsmCgroup narrowed(String one) {
    return new LsmCgroup(hook, one, null);
  }
}
