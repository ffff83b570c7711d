package dev.skep.operator.neighbour;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for another installation, and tells of it. */
@ApplicationScoped
public class Neighbours {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
  private static final String LEASE = "skep-operator";

  private final KubernetesClient client;
  private final String namespace;
  private final Optional<String> pod;
  private final InstantSource clock;
  private final Set<String> passedOver = new HashSet<>();
  private boolean blind;

  Neighbours(KubernetesClient client, OperatorSettings settings, InstantSource clock) {
    this.client = client;
    this.namespace = settings.namespace();
    this.pod = settings.leaderElection().identity().filter(name -> !name.isBlank());
    this.clock = clock;
  }

  /** Why this operator may not work; empty when it may. */
  public String obstacle() {
    try {
      return Neighbour.before(
              client.leases().inAnyNamespace().withField("metadata.name", LEASE).list().getItems(),
              namespace,
              clock.instant(),
              this::isOperator)
          .map(neighbour -> neighbour.words(namespace))
          .orElse("");
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      if (!blind) {
        LOG.warn("whether Skep is installed twice cannot be seen: {}", e.getMessage());
      }
      blind = true;
      return "";
    }
  }

  /** Whether the account of an operator there may write BpfNodes, which are of no namespace. */
  private boolean isOperator(String there) {
    boolean may =
        Boolean.TRUE.equals(
            client
                .authorization()
                .v1()
                .subjectAccessReview()
                .create(question(there))
                .getStatus()
                .getAllowed());
    if (!may && passedOver.add(there)) {
      String words =
          "Lease %s/%s is held, but the account beside it may not do an operator's work: passed over."
                  .formatted(there, LEASE)
              + " If Skep runs in namespace %s, this installation has taken its ClusterRoleBinding:"
                  .formatted(there)
              + " remove one of the two, or what is left of an old one";
      LOG.warn(words);
      announce(words);
    }
    return may;
  }

  private static SubjectAccessReview question(String there) {
    return new SubjectAccessReviewBuilder()
        .withNewSpec()
        .withUser("system:serviceaccount:%s:skep-operator".formatted(there))
        .withGroups(
            "system:serviceaccounts", "system:serviceaccounts:" + there, "system:authenticated")
        .withNewResourceAttributes()
        .withGroup(BpfProgram.GROUP)
        .withResource("bpfnodes")
        .withVerb("create")
        .endResourceAttributes()
        .endSpec()
        .build();
  }

  /** An Event on this operator's pod, or on its namespace where it has none. */
  public void announce(String words) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client.v1().events().inNamespace(namespace).resource(event(words, now)).create();
    } catch (KubernetesClientException e) {
      LOG.warn("event not written: {}", e.getMessage());
    }
  }

  private Event event(String words, String now) {
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("skep-operator." + UUID.randomUUID())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion("v1")
        .withKind(pod.isPresent() ? "Pod" : "Namespace")
        .withNamespace(namespace)
        .withName(pod.orElse(namespace))
        .endInvolvedObject()
        .withType("Warning")
        .withReason("InstalledTwice")
        .withMessage(words)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent(LEASE)
        .endSource()
        .build();
  }
}
