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
scripts/setup.sh
source scripts/toolchain.sh
scripts/build.sh
mvn -q test-compile -pl tests -am -DskipTests \
  org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=target/classpath \
  -Dmdep.includeScope=test
mkdir -p target

# tests/ is where the fixtures expect to be run.
cd tests
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -Dskep.root="$(cd .. && pwd)" -Dskep.bpf="$(cd .. && pwd)/bpf-programs/target" \
  -cp "target/test-classes:$(cat target/classpath)" dev.skep.tests.bench.Bench "$@"
