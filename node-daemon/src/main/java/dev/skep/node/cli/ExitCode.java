package dev.skep.node.cli;

import dev.skep.api.v1alpha1.Reason;

/** What the command's exit status says; part of its interface, see docs/cli.md. */
final class ExitCode {
  static final int OK = 0;

  /** Something else went wrong. */
  static final int FAILURE = 1;

  /** The command line itself: unknown option, missing argument. */
  static final int USAGE = 2;

  /** An image, file, program, map or attach target does not exist. */
  static final int NOT_FOUND = 3;

  /** The kernel said no: verifier, missing feature or permission, hook in use. */
  static final int KERNEL = 4;

  /** The object or manifest is not valid. */
  static final int INVALID = 5;

  /** The registry does not answer, or wants another login. */
  static final int REGISTRY = 6;

  private ExitCode() {}

  static int of(Reason reason) {
    return switch (reason) {
      case ImageNotFound,
          TracepointNotFound,
          FunctionNotFound,
          SymbolNotFound,
          BinaryNotFound,
          InterfaceNotFound,
          CgroupNotFound,
          NetworkNotFound,
          NoTarget,
          SharedMapNotFound,
          ConfigMapNotFound ->
          NOT_FOUND;
      case VerifierRejected,
          LoadFailed,
          LoaderCrashed,
          Incompatible,
          IncompatibleMap,
          MapFull,
          InterfaceBusy,
          NodeNotReady,
          HookBusy,
          PermissionDenied,
          AttachFailed ->
          KERNEL;
      case ImageUnauthorized, RegistryUnreachable, FetchFailed -> REGISTRY;
      case InvalidReference,
          InvalidImage,
          DigestMismatch,
          TooLarge,
          NoElf,
          AmbiguousElf,
          NotAnElf,
          TruncatedElf,
          WrongMachine,
          NoBtf,
          InvalidBtf,
          UnknownFunction,
          WrongAttachType,
          NoAttachTarget,
          UnknownGlobal,
          InvalidGlobal,
          UnknownMap,
          InvalidMap,
          InvalidEntry,
          InvalidMetric ->
          INVALID;
      case NodeValueMissing, NodeSilent, InternalError -> FAILURE;
    };
  }
}
