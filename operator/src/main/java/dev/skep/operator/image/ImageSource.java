package dev.skep.operator.image;

import dev.skep.artifact.oci.ResolvedImage;

/** Where images come from. Both calls may take long; both leave with a Refusal when they fail. */
public interface ImageSource {
  /** What the request's reference stands for now, sha256:…. */
  String resolve(PullRequest request);

  /** The image with this digest from the repository that the request names. */
  ResolvedImage fetch(PullRequest request, String digest);
}
