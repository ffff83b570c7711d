package dev.skep.operator.program;

import static dev.skep.operator.program.Fixture.KEY;
import static dev.skep.operator.program.Fixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Image;
import dev.skep.api.v1alpha1.Image.PullPolicy;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.MapOverride.ConfigMapKey;
import dev.skep.api.v1alpha1.MapOverride.EntriesSource;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.admit.EntrySources;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.operator.image.ImagePulls;
import dev.skep.operator.image.ImageSource;
import dev.skep.operator.image.PullRequest;
import dev.skep.operator.image.PullsFrom;
import dev.skep.operator.node.ProgramKey;
import dev.skep.operator.policy.AdmissionChecks;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CandidatesTest {
  private static final BpfRevision REVISION = Fixture.revision("p-1", Mode.Attach);

  @Test
  @DisplayName("a tag that is not followed any more is not looked up again")
  void forgetsTheTag() throws InterruptedException {
    ImagePulls pulls = PullsFrom.source(new Refusing(), () -> NOW);
    Candidates candidates = new Candidates(pulls, new AdmissionChecks(), new KnownConfigMaps());
    CountDownLatch finished = new CountDownLatch(1);
    pulls.onFinished(program -> finished.countDown());

    candidates.of(admitted(PullPolicy.Always), Optional.of(REVISION));
    assertThat(finished.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pulls.due(KEY)).isPresent();

    Candidate candidate = candidates.of(admitted(PullPolicy.IfNotPresent), Optional.of(REVISION));
    assertThat(candidate).isEqualTo(new Candidate.Admitted(REVISION));
    assertThat(pulls.due(KEY)).isEmpty();
  }

  @Test
  @DisplayName("what was admitted goes on while its tag cannot be looked up")
  void goesOn() throws InterruptedException {
    ImagePulls pulls = PullsFrom.source(new Refusing(), () -> NOW);
    Candidates candidates = new Candidates(pulls, new AdmissionChecks(), new KnownConfigMaps());
    CountDownLatch finished = new CountDownLatch(1);
    pulls.onFinished(program -> finished.countDown());
    BpfProgram program = admitted(PullPolicy.Always);

    assertThat(candidates.of(program, Optional.of(REVISION)))
        .isEqualTo(new Candidate.Admitted(REVISION));
    assertThat(finished.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(candidates.of(program, Optional.of(REVISION)))
        .isEqualTo(new Candidate.Admitted(REVISION));
  }

  @Test
  @DisplayName("what was admitted is settled only while its ConfigMaps say the same")
  void configMaps() {
    KnownConfigMaps configMaps = new KnownConfigMaps();
    ImagePulls pulls = PullsFrom.source(new Refusing(), () -> NOW);
    Candidates candidates = new Candidates(pulls, new AdmissionChecks(), configMaps);
    BpfProgram program = admitted(PullPolicy.IfNotPresent);
    program.setSpec(program.getSpec().withMaps(List.of(fromConfigMap())));

    assertThat(candidates.of(program, Optional.of(REVISION)))
        .isInstanceOfSatisfying(
            Candidate.Refused.class,
            refused ->
                assertThat(refused.failures())
                    .extracting(Failure::reason)
                    .containsExactly(Reason.ConfigMapNotFound));
    assertThat(configMaps.followed).containsExactly("lists");

    configMaps.known.put("lists", Map.of("bad", "10.0.0.0/8: 1"));
    BpfRevision holds = Fixture.revision("p-2", Mode.Attach);
    holds.setSpec(
        new BpfRevisionSpec(
            "p",
            REVISION.getSpec().image(),
            "load",
            REVISION.getSpec().programs(),
            null,
            EntrySources.resolve(program.getSpec(), name -> configMaps.data(KEY, name)).maps(),
            null,
            null,
            Mode.Attach));
    assertThat(candidates.of(program, Optional.of(holds))).isEqualTo(new Candidate.Admitted(holds));

    // Another list needs the object again, to check it.
    configMaps.known.put("lists", Map.of("bad", "10.0.0.0/9: 1"));
    assertThat(candidates.of(program, Optional.of(holds)))
        .satisfiesAnyOf(
            awaited -> assertThat(awaited).isEqualTo(new Candidate.Awaiting()),
            // Where the pull ended before it was looked at.
            tried -> assertThat(tried.toString()).contains("nothing was resolved"));
  }

  @Test
  @DisplayName("a revision that somebody deleted is made again of the same image, not of its tag")
  void keepsTheDigest() throws InterruptedException {
    AtomicReference<String> fetched = new AtomicReference<>();
    ImageSource movedTag =
        new ImageSource() {
          @Override
          public String resolve(PullRequest request) {
            return "sha256:moved";
          }

          @Override
          public ResolvedImage fetch(PullRequest request, String digest) {
            fetched.set(digest);
            throw Failure.of(Reason.RegistryUnreachable, "no answer").toException();
          }
        };
    ImagePulls pulls = PullsFrom.source(movedTag, () -> NOW);
    Candidates candidates = new Candidates(pulls, new AdmissionChecks(), new KnownConfigMaps());
    CountDownLatch finished = new CountDownLatch(1);
    pulls.onFinished(program -> finished.countDown());

    candidates.of(admitted(PullPolicy.IfNotPresent), Optional.empty());
    assertThat(finished.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(fetched).hasValue(REVISION.getSpec().image().digest());
  }

  @Test
  @DisplayName(
      "while a ConfigMap is missing the registry is not looked at, nor is the image forgotten")
  void keepsTheImage() throws InterruptedException {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    OneImage registry = new OneImage();
    ImagePulls pulls = PullsFrom.source(registry, now::get);
    Candidates candidates = new Candidates(pulls, new AdmissionChecks(), new KnownConfigMaps());
    CountDownLatch finished = new CountDownLatch(1);
    pulls.onFinished(program -> finished.countDown());
    BpfProgram program = admitted(PullPolicy.Always);
    BpfProgramSpec right = program.getSpec();
    candidates.of(program, Optional.empty());
    assertThat(finished.await(10, TimeUnit.SECONDS)).isTrue();

    registry.away = true;
    program.getMetadata().setGeneration(4L);
    BpfProgramSpec wrong = right.withMaps(List.of(fromConfigMap()));
    program.setSpec(wrong);
    assertThat(candidates.of(program, Optional.empty())).isInstanceOf(Candidate.Refused.class);
    program.setSpec(right);
    assertThat(candidates.of(program, Optional.empty())).isInstanceOf(Candidate.Admitted.class);

    program.setSpec(wrong);
    now.set(NOW.plus(PullsFrom.RECHECK).plusSeconds(1));
    Candidate missing = candidates.of(program, Optional.empty());
    assertThat(
            LookAgain.after(
                    now.get(), Stream.of(pulls.due(KEY), LookAgain.whenRefused(missing, now.get())))
                .getScheduleDelay())
        .hasValueSatisfying(delay -> assertThat(delay).isGreaterThanOrEqualTo(60_000));
  }

  @Test
  @DisplayName("an error while a program is judged is a failure of it, and it is looked at again")
  void error() {
    KnownConfigMaps tooDeep =
        new KnownConfigMaps() {
          @Override
          public Optional<Map<String, String>> data(ProgramKey program, String name) {
            throw new StackOverflowError();
          }
        };
    ImagePulls pulls = PullsFrom.source(new Refusing(), () -> NOW);
    Candidates candidates = new Candidates(pulls, new AdmissionChecks(), tooDeep);
    BpfProgram program = admitted(PullPolicy.IfNotPresent);
    program.setSpec(program.getSpec().withMaps(List.of(fromConfigMap())));

    Candidate candidate = candidates.of(program, Optional.of(REVISION));

    assertThat(candidate)
        .isEqualTo(
            new Candidate.Refused(
                List.of(
                    Failure.of(
                        Reason.InternalError,
                        "the operator could not judge the program: java.lang.StackOverflowError"))));
    assertThat(candidate.decides(program, Optional.of(REVISION))).contains(REVISION);
    assertThat(LookAgain.whenRefused(candidate, NOW)).contains(NOW.plusSeconds(60));
  }

  @Test
  @DisplayName("what is to be suspended stops also while its image and its ConfigMaps are away")
  void suspends() {
    BpfProgram program = admitted(PullPolicy.IfNotPresent);
    Candidate refused =
        new Candidate.Refused(List.of(Failure.of(Reason.RegistryUnreachable, "no answer")));

    assertThat(refused.decides(program, Optional.of(REVISION))).contains(REVISION);
    program.setSpec(
        new BpfProgramSpec(
            program.getSpec().image(), null, null, null, null, null, null, Mode.Suspend));
    for (Candidate candidate : List.of(refused, new Candidate.Awaiting())) {
      BpfRevision decided = candidate.decides(program, Optional.of(REVISION)).orElseThrow();

      assertThat(decided.getSpec().mode()).isEqualTo(Mode.Suspend);
      assertThat(decided.getSpec().image()).isEqualTo(REVISION.getSpec().image());
      assertThat(candidate.decides(program, Optional.of(decided))).contains(decided);
      assertThat(candidate.decides(program, Optional.empty())).isEmpty();
    }
    BpfRevision suspended = refused.decides(program, Optional.of(REVISION)).orElseThrow();
    assertThat(
            Fixture.summary(
                    null,
                    refused,
                    suspended,
                    Fixture.node(
                        "a", Fixture.state(suspended.getMetadata().getName(), State.Suspended)))
                .conditions())
        .extracting(Condition::getMessage)
        .contains(
            "no answer; revision "
                + suspended.getMetadata().getName()
                + " is suspended on 1 of 1 nodes");
  }

  private static MapOverride fromConfigMap() {
    return new MapOverride(
        "blocked",
        null,
        null,
        List.of(new EntriesSource(new ConfigMapKey("lists", "bad"), null)),
        null);
  }

  private static BpfProgram admitted(PullPolicy policy) {
    BpfProgram program =
        Fixture.program(Fixture.summary(null, new Candidate.Admitted(REVISION), REVISION));
    program.setSpec(
        new BpfProgramSpec(
            new Image("r/p:v1", policy, null), null, null, null, null, null, null, null));
    return program;
  }

  private static final class OneImage implements ImageSource {
    private volatile boolean away;

    @Override
    public String resolve(PullRequest request) {
      if (away) {
        throw Failure.of(Reason.RegistryUnreachable, "no answer").toException();
      }
      return "sha256:one";
    }

    @Override
    public ResolvedImage fetch(PullRequest request, String digest) {
      try {
        byte[] object = Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "tp.bpf.o"));
        return new ResolvedImage("r/p:v1", digest, "sha256:o", "tp.bpf.o", object, Map.of());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Refusing implements ImageSource {
    @Override
    public String resolve(PullRequest request) {
      throw Failure.of(Reason.RegistryUnreachable, "no answer").toException();
    }

    @Override
    public ResolvedImage fetch(PullRequest request, String digest) {
      throw new AssertionError("nothing was resolved");
    }
  }
}
