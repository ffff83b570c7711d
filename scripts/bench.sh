#!/usr/bin/env bash
# Measures Skep on this machine and prints one table; what each row means: docs/benchmarks.md.
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'TEXT'
usage: scripts/bench.sh [PART...]

Parts: load, attach, swap, apply, replace, footprint; all of them without one. Writes target/bench.json. Fails when
a measurement could not be made, never because of a time. Loads eBPF programs into this machine's
kernel and takes them away again.
TEXT
  exit
fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/prelude.sh

measure() {
  scripts/setup.sh
  source scripts/toolchain.sh
  source scripts/tests-main.sh
  scripts/build.sh
  mkdir -p target
  tests_main test-compile dev.skep.tests.bench.Bench "$@"
}

interruptible measure "$@"
