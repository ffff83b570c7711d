package dev.skep.operator.start;

import dev.skep.operator.kinds.Kinds;
import dev.skep.operator.leader.Leadership;
import dev.skep.operator.neighbour.Neighbours;
import dev.skep.operator.node.Hearing;
import dev.skep.operator.node.Placements;
import dev.skep.operator.program.ProgramSources;
import dev.skep.operator.program.SilentNodes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the reconcilers once the API server knows our kinds, and no other installation is at work.
 * An informer that starts before the kinds are there would stop the operator for good, and users
 * install in any order.
 */
@ApplicationScoped
public class OperatorStart {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorStart.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Kinds kinds;
  private final Neighbours neighbours;
  private final Operator operator;
  private final Placements placements;
  private final ProgramSources sources;
  private final Hearing hearing;
  private final SilentNodes silentNodes;
  private final Leadership leadership;
  private volatile boolean started;
  private volatile String obstacle = "";
  private volatile Thread waiting;

  OperatorStart(
      Kinds kinds,
      Neighbours neighbours,
      Operator operator,
      Placements placements,
      ProgramSources sources,
      Hearing hearing,
      SilentNodes silentNodes,
      Leadership leadership) {
    this.hearing = hearing;
    this.silentNodes = silentNodes;
    this.leadership = leadership;
    this.kinds = kinds;
    this.neighbours = neighbours;
    this.operator = operator;
    this.placements = placements;
    this.sources = sources;
  }

  /** Whether the reconcilers run, or could at once if this operator led. */
  boolean isStarted() {
    return started;
  }

  /** What it waits for before they do; empty when for nothing. */
  String obstacle() {
    return obstacle;
  }

  void begin(@Observes StartupEvent event) {
    waiting = Thread.ofPlatform().name("start").daemon().start(this::startWhenNothingIsInTheWay);
  }

  void end(@Observes ShutdownEvent event) {
    waiting.interrupt();
    leadership.ending();
    if (started) {
      operator.stop();
    }
    leadership.release();
  }

  private void startWhenNothingIsInTheWay() {
    try {
      long begin = System.nanoTime();
      for (String now = inTheWay(); !now.isEmpty(); now = inTheWay()) {
        say(now);
        // What nobody cures within a minute may stay for days.
        Thread.sleep(System.nanoTime() - begin < PATIENCE.toNanos() ? SOON : LOOK);
      }
      say("");
      operator.start();
      started = true;
      placements.settle(sources);
      LOG.info("started");
      Thread.ofVirtual().name("neighbours").start(this::lookForNeighbours);
      Thread.ofVirtual().name("silent nodes").start(this::lookForSilentNodes);
      hearing.listen();
    } catch (InterruptedException e) {
      LOG.info("ended");
    } catch (RuntimeException e) {
      // Whoever keeps this process running starts it again; one that never gets ready helps nobody.
      LOG.error("cannot start", e);
      Quarkus.asyncExit(1);
    }
  }

  private String inTheWay() {
    try {
      String kind = kinds.obstacle();
      if (!kind.isEmpty()) {
        return kind;
      }
      String neighbour = neighbours.obstacle();
      if (!neighbour.isEmpty() && !neighbour.equals(obstacle)) {
        neighbours.announce(neighbour);
      }
      return neighbour;
    } catch (KubernetesClientException e) {
      return "the API server does not answer: " + e.getMessage();
    }
  }

  private void say(String now) {
    if (!now.equals(obstacle) && !now.isEmpty()) {
      LOG.warn("waiting: {}", now);
    }
    obstacle = now;
  }

  /** Of two that started at the same moment neither saw the other then. */
  private void lookForNeighbours() {
    try {
      while (true) {
        Thread.sleep(LOOK);
        try {
          String neighbour = neighbours.obstacle();
          if (!neighbour.isEmpty()) {
            LOG.warn("ending, to wait: {}", neighbour);
            Quarkus.asyncExit(1);
            return;
          }
        } catch (RuntimeException e) {
          LOG.debug("not seen whether Skep is installed twice", e);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("ended");
    }
  }

  private void lookForSilentNodes() {
    try {
      silentNodes.watch(leadership::leads);
    } catch (InterruptedException e) {
      LOG.debug("ended");
    }
  }
}
