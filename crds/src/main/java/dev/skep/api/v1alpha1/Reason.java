package dev.skep.api.v1alpha1;

/** Why something is not as the user wants it. The closed list; each with how it is retried. */
public enum Reason {
  // What the registry and the image say.
  ImageNotFound(Retry.TRANSIENT),
  ImageUnauthorized(Retry.TRANSIENT),
  RegistryUnreachable(Retry.TRANSIENT),
  InvalidReference(Retry.PERMANENT),
  InvalidImage(Retry.PERMANENT),
  DigestMismatch(Retry.TRANSIENT),
  TooLarge(Retry.PERMANENT),
  NoElf(Retry.PERMANENT),
  AmbiguousElf(Retry.PERMANENT),

  // What the object's bytes say.
  NotAnElf(Retry.PERMANENT),
  TruncatedElf(Retry.PERMANENT),
  WrongMachine(Retry.PERMANENT),
  NoBtf(Retry.PERMANENT),
  InvalidBtf(Retry.PERMANENT),

  // What the specification asks of the object.
  UnknownFunction(Retry.PERMANENT),
  WrongAttachType(Retry.PERMANENT),
  NoAttachTarget(Retry.PERMANENT),
  UnknownGlobal(Retry.PERMANENT),
  InvalidGlobal(Retry.PERMANENT),
  UnknownMap(Retry.PERMANENT),
  InvalidMap(Retry.PERMANENT),
  InvalidEntry(Retry.PERMANENT),
  InvalidMetric(Retry.PERMANENT),
  ConfigMapNotFound(Retry.TRANSIENT),

  // What the node, its kernel and its targets say.
  NodeNotReady(Retry.TRANSIENT),
  FetchFailed(Retry.TRANSIENT),
  VerifierRejected(Retry.PERMANENT),
  LoadFailed(Retry.PERMANENT),
  IncompatibleMap(Retry.PERMANENT),
  SharedMapNotFound(Retry.TRANSIENT),
  MapFull(Retry.TRANSIENT),
  NodeValueMissing(Retry.TRANSIENT),
  LoaderCrashed(Retry.PERMANENT),
  Incompatible(Retry.PERMANENT),
  TracepointNotFound(Retry.PERMANENT),
  FunctionNotFound(Retry.PERMANENT),
  SymbolNotFound(Retry.PERMANENT),
  BinaryNotFound(Retry.TRANSIENT),
  InterfaceNotFound(Retry.TRANSIENT),
  CgroupNotFound(Retry.TRANSIENT),
  NoTarget(Retry.TRANSIENT),
  NetworkNotFound(Retry.TRANSIENT),
  InterfaceBusy(Retry.TRANSIENT),
  HookBusy(Retry.TRANSIENT),
  PermissionDenied(Retry.PERMANENT),
  AttachFailed(Retry.TRANSIENT),
  NodeSilent(Retry.TRANSIENT),
  InternalError(Retry.TRANSIENT);

  /** When a failure of this kind is worth another attempt. */
  public enum Retry {
    /** Only when the specification, the kernel or the daemon changes. */
    PERMANENT,
    /** By itself, with exponential backoff and jitter, and at once when its cause goes away. */
    TRANSIENT
  }

  private final Retry retry;

  Reason(Retry retry) {
    this.retry = retry;
  }

  /** Whether something else holds the place, and may let go of it. */
  public boolean waitsForPlace() {
    return this == InterfaceBusy || this == HookBusy;
  }

  public Retry retry() {
    return retry;
  }

  /**
   * Whether somebody has to change something first: also where another attempt is made all the
   * same, since the image may be pushed and the secret be given.
   */
  public boolean needsSomebody() {
    return retry == Retry.PERMANENT || this == ImageNotFound || this == ImageUnauthorized;
  }
}
