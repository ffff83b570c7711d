#!/usr/bin/env bash
# All the set-up that tests need, and all the tests. The last line counts them:
#   N passed, N failed, N skipped
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/prelude.sh
root=$PWD

say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

# What a JVM that was killed left behind: its control plane, and its pins, which have its id.
end_leftovers() {
  local dir pins
  [[ ! -f tests/target/stack/argocd/ports ]] || scripts/argocd.sh down tests/target/stack/argocd
  scripts/cluster.sh down tests/target/one-node/cluster
  for dir in tests/target/control-plane/*/; do
    [[ ! -f $dir/ports ]] || scripts/control-plane.sh down "$dir"
  done
  for pins in /sys/fs/bpf/skep-test-*; do
    [[ ! -d $pins || -d /proc/${pins##*-} ]] || rm -rf "$pins"
  done
}

interrupted() {
  echo "tests: interrupted; ending what they left" >&2
  end_leftovers
}

run_tests() {
  local control_plane pure all format
  say "set-up"
  scripts/setup.sh || exit 1
  source scripts/toolchain.sh
  source scripts/installation.sh

  say "eBPF objects"
  bpf-programs/build.sh || exit 1
  scripts/control-plane.sh build &
  control_plane=$!
  # Nobody waits for it before a test does: the tests of three modules come first.
  nice -n 19 scripts/argocd.sh build &

  # Pure tests need no cluster: they run while Kubernetes compiles. A failed test does not keep the
  # next module from being tested: the reports are what is counted.
  say "pure tests"
  mvn test -Dmaven.test.failure.ignore=true
  pure=$?

  wait "$control_plane" || { echo "no control plane: nothing else can be tested" >&2; exit 1; }
  nice scripts/helm.sh build &
  say "images"
  build_images || echo "no images: the tests in pods will fail" >&2
  say "all tests"
  mvn verify -DskipUnitTests=true -Dmaven.test.failure.ignore=true -Dspotless.check.skip=true
  all=$?
  say "format"
  mvn -q spotless:check
  format=$?

  end_leftovers

  say "done"
  find . -path '*/target/*-reports/TEST-*.xml' -newer "$started" -print0 | xargs -0 -r cat |
    awk -v maven="$((pure + all + format))" '
      /<testsuite / {
        for (i = 1; i <= NF; i++) if (split($i, a, /="?|"/) >= 2) n[a[1]] += a[2]
      }
      END {
        failed = n["errors"] + n["failures"]
        passed = n["tests"] - failed - n["skipped"]
        # A build that failed without a failed test (format, a JVM that died) is a failure too.
        if (maven && !failed) { print "Maven failed, see above"; failed = 1 }
        if (!n["tests"]) { print "no test ran"; failed = 1 }
        printf "%d passed, %d failed, %d skipped\n", passed, failed, n["skipped"]
        exit failed > 0
      }'
}

started=$(mktemp)
trap 'rm -f "$started"' EXIT
interruptible run_tests
