#!/usr/bin/env bash
# Runs the story of one cluster with four kernels, and prints what kubectl showed on the way.
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'TEXT'
usage: scripts/four-kernels.sh

Sets up, builds, and starts a control plane, the operator, a daemon on this machine's kernel and one
each on Debian's 6.1, 6.12 and 7.2 in guests; applies programs that run on all of them and on some,
checks the status, prints what kubectl showed, and ends everything.
TEXT
  exit
fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/prelude.sh

run_story() {
  scripts/setup.sh
  source scripts/toolchain.sh
  scripts/build.sh
  mvn -q verify -pl tests -am -DskipUnitTests -Dspotless.check.skip=true -Dit.test=FourKernelsIT \
    -Dfailsafe.failIfNoSpecifiedTests=false
  cat tests/target/four-kernels.txt
}

interruptible run_story "$@"
