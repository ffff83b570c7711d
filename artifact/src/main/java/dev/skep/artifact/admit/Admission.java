package dev.skep.artifact.admit;

import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.artifact.inspect.ObjectReport;
import java.util.List;

/** What a specification asks of an object, against what the object has. */
public final class Admission {
  /** One thing to check; its failures are in the order of the specification. */
  @FunctionalInterface
  private interface Check {
    List<Failure> check(BpfProgramSpec spec, ObjectReport report);
  }

  private static final List<Check> CHECKS =
      List.of(
          ProgramChecks::functionsExist,
          ProgramChecks::functionsAreNamedOnce,
          FallbackChecks::fallbacksExist,
          FallbackChecks::groupsAreClear,
          ProgramChecks::somethingRuns,
          ProgramChecks::typesAreSupported,
          ProgramChecks::hooksFit,
          ProgramChecks::targetsAreNamed,
          ProgramChecks::interfacesAreNamedOnce,
          ProgramChecks::oneTargetIsLoadedFor,
          PlaceChecks::placesAreTakenOnce,
          HookMapChecks::mapsAreThere,
          ValueChecks::globalsFit,
          ValueChecks::mapsExist,
          ValueChecks::mapSizesMakeSense,
          EntryChecks::sharingMakesSense,
          EntryChecks::entriesFit,
          MetricChecks::fieldsCanBeRead,
          MetricChecks::namesAreFree,
          MetricChecks::labelsAreDistinct);

  private Admission() {}

  /**
   * Every reason why the specification cannot run with this object; none when it can. Each message
   * begins with the path of what the user wrote, e.g. programs[0].attach.
   */
  public static List<Failure> check(BpfProgramSpec spec, ObjectReport report) {
    return CHECKS.stream().flatMap(check -> check.check(spec, report).stream()).toList();
  }
}
