package dev.skep.tests.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the API server says that Skep's accounts may do. */
class InstalledRightsIT {
  private static final Path COMMITTED = Path.of("src/test/resources/install/rights.txt");
  private static final ControlPlane CLUSTER = ControlPlane.shared();

  @BeforeAll
  static void install() {
    CLUSTER.install();
  }

  @Test
  @DisplayName("operator and daemon may do what is written down, and nothing else")
  void rightsAreWhatIsWrittenDown() throws IOException {
    String rights =
        """
        # Every right of Skep's accounts, as the API server lists them; those of any account left out.
        # Regenerate: mvn verify -pl tests -am -Dit.test=InstalledRightsIT -Dskep.rights.write=true \
        -DskipUnitTests -Dfailsafe.failIfNoSpecifiedTests=false
        """
            + rightsOf("skep-operator", "skep-system")
            + rightsOf("skep-operator", "default")
            + rightsOf("skep-daemon", "skep-system")
            + rightsOf("skep-daemon", "default");
    if (Boolean.getBoolean("skep.rights.write")) {
      Files.createDirectories(COMMITTED.getParent());
      Files.writeString(COMMITTED, rights);
    }
    assertThat(COMMITTED).hasContent(rights);
  }

  private static String rightsOf(String account, String namespace) {
    Set<String> rights = rules("system:serviceaccount:skep-system:" + account, namespace);
    rights.removeAll(rules("system:serviceaccount:skep-system:default", namespace));
    return "\n%s in namespace %s\n%s"
        .formatted(
            account,
            namespace,
            rights.stream().map(r -> "  " + r + "\n").collect(Collectors.joining()));
  }

  private static Set<String> rules(String user, String namespace) {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(CLUSTER.kubeconfig()))
            .withImpersonateUsername(user)
            .withImpersonateGroups(
                "system:serviceaccounts",
                "system:serviceaccounts:skep-system",
                "system:authenticated")
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      return client
          .authorization()
          .v1()
          .selfSubjectRulesReview()
          .create(
              new SelfSubjectRulesReviewBuilder()
                  .withNewSpec()
                  .withNamespace(namespace)
                  .endSpec()
                  .build())
          .getStatus()
          .getResourceRules()
          .stream()
          .flatMap(rule -> lines(rule).stream())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** One line for each group and resource, so that a line more is a right more. */
  private static List<String> lines(ResourceRule rule) {
    String verbs = rule.getVerbs().stream().sorted().collect(Collectors.joining(" "));
    List<String> names = rule.getResourceNames();
    String only = names == null || names.isEmpty() ? "" : " only " + String.join(" ", names);
    return rule.getApiGroups().stream()
        .flatMap(
            group ->
                rule.getResources().stream()
                    .map(r -> r + (group.isEmpty() ? "" : "." + group) + ": " + verbs + only))
        .toList();
  }
}
