package dev.skep.api.v1alpha1.hook;

/** Events of perf_event_open(2): PERF_COUNT_SW_… and PERF_COUNT_HW_…. */
public enum Event {
  CpuClock,
  TaskClock,
  PageFaults,
  ContextSwitches,
  CpuMigrations,
  CpuCycles,
  Instructions,
  CacheReferences,
  CacheMisses,
  BranchInstructions,
  BranchMisses
}
