#!/usr/bin/env bash
# Builds what runs: the eBPF objects, the control plane and, beside it, the operator and the daemon.
# Maven is not started when no source of theirs changed since the last build by this script.
# `build.sh java` builds only the Java part, and with it what builds images.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/prelude.sh
source scripts/toolchain.sh

stamp=.cache/built
built=(operator/target/quarkus-app/quarkus-run.jar node-daemon/target/skep/skep.jar
  images/target/images/skep-images.jar)

sources_hash() {
  find pom.xml .mvn crds artifact operator node-daemon images \
    \( -path '*/src/main/*' -o -name pom.xml -o -path '.mvn/*' \) -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum
}

is_built() {
  local file
  for file in "${built[@]}"; do [[ -f $file ]] || return 1; done
  [[ $(cat "$stamp" 2>/dev/null) == "$(sources_hash)" ]]
}

build_java() {
  local hash
  is_built && return
  echo "maven: building the operator, the daemon and what builds images"
  hash=$(sources_hash)
  mvn -q package -DskipTests -pl operator,node-daemon,images -am
  mkdir -p "$(dirname "$stamp")"
  echo "$hash" >"$stamp"
  echo "maven: built in $SECONDS s"
}

build() {
  local control_plane
  bpf-programs/build.sh
  if [[ ${1:-} == java ]]; then
    build_java
    return
  fi
  scripts/control-plane.sh build &
  control_plane=$!
  build_java
  wait "$control_plane"
  link_classes operator/target/quarkus-app/quarkus-run.jar images/classes/operator.list \
    @operator/jvm.options
  link_classes node-daemon/target/skep/skep.jar images/classes/daemon.list \
    @node-daemon/jvm.options @node-daemon/serve.options
}

interruptible build "$@"
