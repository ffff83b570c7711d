#!/usr/bin/env bash
# Runs the hook suite with fewer of root's powers and writes the table of docs/capabilities.md.
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'TEXT'
usage: scripts/capabilities.sh [KERNEL...]

Sets up, builds, runs every test with @Tag("hook") or @Tag("elsewhere") on this machine's kernel and on
Debian's 7.2 in a guest, with all capabilities and without each, and writes the table of
docs/capabilities.md: to be looked at and committed when a hook or a test of one changed. With KERNEL
(host, 7.2) only there; rows of the other stay. What each run printed is in tests/target/capabilities. Fails when a hook was refused and did not say what it lacks.
TEXT
  exit
fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/prelude.sh
source scripts/tests-main.sh
interruptible hook_suite dev.skep.tests.kernels.CapabilitiesPage "$@"
