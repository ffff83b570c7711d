package dev.skep.operator.image;

import dev.skep.operator.config.OperatorSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Pulls from a registry that is a double. */
public final class PullsFrom {
  public static final Duration RECHECK = Duration.ofMinutes(5);

  private PullsFrom() {}

  public static ImagePulls source(ImageSource source, InstantSource clock) {
    return new ImagePulls(new ImageFetcher(source, new ImageCache(1 << 20)), settings(), clock);
  }

  private static OperatorSettings settings() {
    return new OperatorSettings() {
      @Override
      public String namespace() {
        return "skep-system";
      }

      @Override
      public LeaderElection leaderElection() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Pull pull() {
        return pullSettings();
      }

      @Override
      public Heartbeat heartbeat() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Status status() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Departure departure() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Mirror mirror() {
        throw new UnsupportedOperationException();
      }
    };
  }

  private static OperatorSettings.Pull pullSettings() {
    return new OperatorSettings.Pull() {
      @Override
      public Duration recheck() {
        return RECHECK;
      }

      @Override
      public Duration backoff() {
        return Duration.ofSeconds(15);
      }

      @Override
      public Duration connectTimeout() {
        return Duration.ofSeconds(5);
      }

      @Override
      public Duration transferTimeout() {
        return Duration.ofSeconds(60);
      }

      @Override
      public Optional<List<String>> insecureRegistries() {
        return Optional.empty();
      }
    };
  }
}
