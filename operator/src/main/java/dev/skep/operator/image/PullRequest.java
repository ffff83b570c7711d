package dev.skep.operator.image;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.Image;
import dev.skep.operator.node.ProgramKey;
import java.util.List;

/**
 * An image that a program wants.
 *
 * @param program who wants it
 * @param reference as the user wrote it
 * @param secrets names of pull secrets in the program's namespace, tried in order
 * @param knownDigest what the reference is known to stand for, or null when it is to be looked up
 * @param followTag look the tag up again from time to time
 */
public record PullRequest(
    ProgramKey program,
    String reference,
    List<String> secrets,
    String knownDigest,
    boolean followTag) {
  public PullRequest {
    secrets = List.copyOf(secrets);
  }

  /** What a program wants, given the digest that its reference is known to stand for, or null. */
  public static PullRequest of(BpfProgram program, String knownDigest) {
    Image image = program.getSpec().image();
    return new PullRequest(
        ProgramKey.of(program),
        image.reference(),
        image.pullSecrets().stream().map(Image.PullSecret::name).toList(),
        knownDigest,
        image.pullPolicy() == Image.PullPolicy.Always);
  }

  /** The same for another reference. */
  public PullRequest withReference(String other) {
    return new PullRequest(program, other, secrets, knownDigest, followTag);
  }

  /** Whether the answer to the other request answers this one too. */
  boolean isSameImage(PullRequest other) {
    return other != null && reference.equals(other.reference) && secrets.equals(other.secrets);
  }
}
