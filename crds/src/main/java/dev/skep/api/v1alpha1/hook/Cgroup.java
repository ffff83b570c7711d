package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;

/** Packets, socket calls, devices or sysctls of a control group (v2). Which of them, SEC() says. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = "has(self.path) != has(self.pods)", message = "name a path or pods")
public record Cgroup(
    @Pattern("^/.*$")
        @JsonPropertyDescription(
            "Path of the control group below the cgroup v2 root; / is the root and so the whole node. May be a pattern (/kubepods/*/pod*; * and ? stay within one name): each that matches, those that come later too.")
        String path,
    @JsonPropertyDescription(
            "The pods whose control groups are meant: each pod's own, or, where containers are named, those containers'.")
        Pods pods)
    implements CgroupHook {
  public Cgroup(String path) {
    this(path, null);
  }

  @Override
  public Cgroup narrowed(String one) {
    return new Cgroup(one, null);
  }
}
