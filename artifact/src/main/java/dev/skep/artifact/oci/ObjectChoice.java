package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which file of an image is the eBPF object. */
final class ObjectChoice {
  /** bpfman's label that names the file. */
  static final String FILE_LABEL = "io.ebpf.filename";

  private ObjectChoice() {}

  static Candidate choose(String subject, List<Candidate> candidates, Map<String, String> labels) {
    String named = labels.get(FILE_LABEL);
    if (named != null) {
      return named(subject, candidates, named.replaceFirst("^[./]*/", ""));
    }
    List<Candidate> objects = candidates.stream().filter(Candidate::isBpf).toList();
    List<Candidate> byName = objects.stream().filter(Candidate::isNamedAsObject).toList();
    List<Candidate> best = byName.isEmpty() ? objects : byName;
    if (best.size() > 1) {
      throw new Refusal(
          Reason.AmbiguousElf,
          "%s: holds more than one eBPF object (%s); build it with one, or name it in label %s"
              .formatted(subject, names(best), FILE_LABEL));
    }
    if (best.size() == 1) {
      return best.getFirst();
    }
    // One file that only looks like an object is handed on: its inspection says what is wrong.
    List<Candidate> alike = candidates.stream().filter(Candidate::isNamedAsObject).toList();
    if (alike.size() == 1) {
      return alike.getFirst();
    }
    throw new Refusal(
        Reason.NoElf,
        candidates.isEmpty()
            ? subject + ": holds no eBPF object: no *.o file and no ELF; see skep pack --help"
            : "%s: holds no eBPF object: %s: no ELF for eBPF; compile it with clang -target bpf"
                .formatted(subject, names(candidates)));
  }

  private static Candidate named(String subject, List<Candidate> candidates, String name) {
    List<Candidate> exact = candidates.stream().filter(f -> f.name().equals(name)).toList();
    List<Candidate> fitting =
        exact.isEmpty()
            ? candidates.stream().filter(file -> file.name().endsWith("/" + name)).toList()
            : exact;
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    throw fitting.isEmpty()
        ? new Refusal(
            Reason.NoElf,
            "%s: its label %s names %s, which is not in it".formatted(subject, FILE_LABEL, name))
        : new Refusal(
            Reason.AmbiguousElf,
            "%s: its label %s names %s, which may be any of %s; name it by its whole path"
                .formatted(subject, FILE_LABEL, name, names(fitting)));
  }

  private static String names(List<Candidate> files) {
    return files.stream().map(Candidate::name).limit(5).collect(Collectors.joining(", "));
  }
}
