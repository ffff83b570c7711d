package dev.skep.operator.kinds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our kinds, as the API server knows them. */
@ApplicationScoped
public class Kinds {
  private static final Logger LOG = LoggerFactory.getLogger(Kinds.class);
  private static final List<String> PLURALS = List.of("bpfprograms", "bpfrevisions", "bpfnodes");

  private final KubernetesClient client;
  private final List<CustomResourceDefinition> ours;

  Kinds(KubernetesClient client) {
    this.client = client;
    this.ours = PLURALS.stream().map(Kinds::own).toList();
  }

  /** As they were when this operator was built. */
  private static CustomResourceDefinition own(String plural) {
    try (InputStream yaml = Kinds.class.getResourceAsStream("/dev/skep/crds/" + plural + ".yaml")) {
      return Serialization.unmarshal(yaml, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Why this operator cannot work with them now; empty when it can, and what is not as it should be
   * has been logged.
   */
  public String obstacle() {
    List<String> missing = new ArrayList<>();
    List<KindVerdict> verdicts = new ArrayList<>();
    for (CustomResourceDefinition known : ours) {
      String name = known.getMetadata().getName();
      CustomResourceDefinition there =
          client.apiextensions().v1().customResourceDefinitions().withName(name).get();
      if (isEstablished(there)) {
        verdicts.add(KindVerdict.of(known, there));
      } else {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      return "the API server does not know " + String.join(", ", missing) + "; apply the CRDs";
    }
    for (KindVerdict verdict : verdicts) {
      if (verdict instanceof KindVerdict.Unfit(String words)) {
        return words;
      }
    }
    for (KindVerdict verdict : verdicts) {
      if (verdict instanceof KindVerdict.Lesser(String words)) {
        LOG.warn("{}", words);
      }
    }
    return "";
  }

  private static boolean isEstablished(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        // Null for the moment between the names' acceptance and the first condition.
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
