package dev.skep.operator.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What can be set, as system properties ({@code -Dskep.pull.recheck=1m}) or environment variables
 * ({@code SKEP_PULL_RECHECK=1m}).
 */
@ConfigMapping(prefix = "skep")
public interface OperatorSettings {
  /** Namespace of the installation, where daemons keep their Leases. */
  @WithDefault("skep-system")
  String namespace();

  /** Which of several operators acts. */
  LeaderElection leaderElection();

  /** How images are pulled. */
  Pull pull();

  /** When a node counts as lost. */
  Heartbeat heartbeat();

  /** How status is written. */
  Status status();

  /** How a deleted program leaves its nodes. */
  Departure departure();

  /** How objects are served to daemons. */
  Mirror mirror();

  /** Which of several operators acts. The others keep what they know up to date, and serve it. */
  interface LeaderElection {
    /** Whether only one acts; without, each does. */
    @WithDefault("true")
    boolean enabled();

    /** Who this is; one that ends and starts again under its name leads on at once. */
    @WithDefault("${POD_NAME:}")
    Optional<String> identity();

    /** How long one that was killed counts as leader. */
    @WithDefault("15s")
    Duration lease();
  }

  /** How images are pulled. */
  interface Pull {
    /** How often a tag is looked up again where the pull policy is Always. */
    @WithDefault("5m")
    Duration recheck();

    /** Wait after the first failed attempt; it doubles with each further one, up to recheck. */
    @WithDefault("15s")
    Duration backoff();

    /** The longest a connection to a registry may take to be made. */
    @WithDefault("5s")
    Duration connectTimeout();

    /** The longest one request to a registry may take, its body included. */
    @WithDefault("60s")
    Duration transferTimeout();

    /** Registries (host:port) spoken to by plain http; loopback ones are anyway. */
    Optional<List<String>> insecureRegistries();
  }

  /** When a node counts as lost. */
  interface Heartbeat {
    /** Age of the daemon's Lease from which on the node's programs are unknown. */
    @WithDefault("60s")
    Duration unknownAfter();
  }

  /** How status is written. */
  interface Status {
    /** How long nodes have to answer before status says that a rollout is under way. */
    @WithDefault("500ms")
    Duration grace();

    /** The shortest time between two writes that differ in numbers only. */
    @WithDefault("1s")
    Duration pace();

    /** The shortest time between two writes of usage. */
    @WithDefault("60s")
    Duration usage();
  }

  /** How a deleted program leaves its nodes. */
  interface Departure {
    /** How long a node that is not heard of may hold up a deletion. */
    @WithDefault("5m")
    Duration limit();
  }

  /** How objects are served to daemons. */
  interface Mirror {
    /** Bytes of objects kept in memory; others are fetched again when asked for. */
    @WithDefault("67108864")
    long cacheBytes();

    /**
     * Whether daemons come by TLS, on a port of the mirror's own, and show tokens. Without, anybody
     * who reaches the plain port is served: for development on one machine.
     */
    @WithDefault("true")
    boolean tls();

    /** Port of the mirror where it speaks TLS. */
    @WithDefault("8443")
    int port();

    /** The mirror's certificate, where it is not somebody else's to make. */
    Certificate certificate();

    /** Who may fetch. */
    Token token();
  }

  /** The mirror's certificate. */
  interface Certificate {
    /** How long a certificate holds; it is renewed when two thirds of that are over. */
    @WithDefault("2160h")
    Duration life();

    /** How long the authority that signs it holds; likewise. */
    @WithDefault("87600h")
    Duration authorityLife();

    /**
     * How long a new authority is trusted before it is needed, and an old one after; longer than a
     * changed ConfigMap takes into a pod.
     */
    @WithDefault("1h")
    Duration overlap();

    /** How often the Secret is looked at. */
    @WithDefault("30s")
    Duration check();

    /** DNS names by which daemons call the mirror, besides those of the Service. */
    Optional<List<String>> names();
  }

  /** Who may fetch from the mirror. */
  interface Token {
    /** What a daemon's token is made for. */
    @WithDefault("skep-mirror")
    String audience();

    /** The ServiceAccount of daemons, in the namespace of the installation. */
    @WithDefault("skep-daemon")
    String account();

    /** How long the API server's answer about a token holds, a minute at most. */
    @WithDefault("60s")
    Duration remember();
  }
}
