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
  }
}
