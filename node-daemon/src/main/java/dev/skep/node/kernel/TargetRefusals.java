package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why the verifier does not let a program have its target, in its log: what the kernel's verifier.c
 * (bpf_check_attach_target) says, with what to do.
 */
final class TargetRefusals {
  private static final Map<Pattern, String> MEANINGS =
      Map.of(
          Pattern.compile("^(\\S+)\\(\\) is not modifiable", Pattern.MULTILINE),
          "fmod_ret changes only functions that the kernel marks for it (security_*, and those"
              + " in /sys/kernel/debug/error_injection/list), and %s is not one",
          Pattern.compile("^(\\S+) is not sleepable", Pattern.MULTILINE),
          "a sleepable program attaches only where the kernel may sleep (system calls, some LSM"
              + " hooks), and %s is no such place: leave out the .s of its SEC()",
          Pattern.compile("^The address of function (\\S+) cannot be found", Pattern.MULTILINE),
          "function %s is in the kernel's BTF but not in its code: the compiler put it into"
              + " others",
          Pattern.compile("tracing programs to function '(\\S+)' is rejected", Pattern.MULTILINE),
          "function %s may not be traced: tracing itself needs it");

  private TargetRefusals() {}

  static Optional<Failure> of(String function, String log) {
    return MEANINGS.entrySet().stream()
        .flatMap(
            meaning -> {
              Matcher matcher = meaning.getKey().matcher(log);
              return matcher.find()
                  ? Optional.of(meaning.getValue().formatted(matcher.group(1))).stream()
                  : Optional.<String>empty().stream();
            })
        .findFirst()
        .map(why -> Failure.of(Reason.WrongAttachType, function + ": " + why, function));
  }
}
