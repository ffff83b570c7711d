#!/usr/bin/env bash
# Runs the hook suite on four kernels and writes docs/kernels.md.
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'TEXT'
usage: scripts/kernels.sh [KERNEL...]

Sets up, builds, runs every test with @Tag("hook") on this machine's kernel and on Debian's 6.1, 6.12
and 7.2 in guests, and writes docs/kernels.md: to be looked at and committed when a hook or a test of
one changed. With KERNEL (host, 6.1, 6.12, 7.2) only there; the other columns are what their last runs
found. What each run printed is in tests/target/kernels. Fails when a test fails.
TEXT
  exit
fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/prelude.sh
source scripts/tests-main.sh
interruptible hook_suite dev.skep.tests.kernels.AllKernels "$@"
