#!/usr/bin/env bash
# Runs the operator from start to an attached program, the daemon that loads it, and one that finds it
# attached, and writes down which classes each loads: images/classes. From these lists builds link
# classes beforehand; classes that are missing there load just the same, only slower. To be run when a
# start has become slow, for what was listed has changed much: ImagesIT says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/toolchain.sh
source scripts/processes.sh

pins=/sys/fs/bpf/skep-train-$$
dir=$(mktemp -d)
export KUBECONFIG=$dir/cluster/kubeconfig PATH=$dir/cluster/bin:$PATH

clean_up() {
  local name
  for name in daemon operator registry; do stop_process "$name" KILL; done
  scripts/control-plane.sh down "$dir/cluster"
  rm -rf "$dir" "$pins"
}

start_all() {
  local registry=$1 operator=$2 mirror=$3 daemon=$4
  scripts/control-plane.sh up "$dir/cluster"
  kubectl apply -k config/install
  kubectl wait --for=condition=Established crd --all
  scripts/control-plane.sh node "$dir/cluster" train
  printf 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: "%s"}\n' "$registry" >"$dir/registry.yaml"
  start_process registry docker-registry serve "$dir/registry.yaml"
  SKEP_TRAIN=$dir/operator.classes QUARKUS_HTTP_HOST=127.0.0.1 \
    QUARKUS_HTTP_PORT=${operator##*:} SKEP_MIRROR_PORT=${mirror##*:} \
    SKEP_MIRROR_CERTIFICATE_NAMES=localhost start_process operator scripts/operator
  await_process registry curl -sf "http://$registry/v2/"
  await_process operator curl -sf "http://$operator/q/health/ready"
  await_process operator authority_is_there
  kubectl -n skep-system create token skep-daemon --audience skep-mirror >"$dir/token"
  SKEP_TRAIN=$dir/daemon-loads.classes start_daemon "$mirror" "$daemon"
}

authority_is_there() {
  kubectl -n skep-system get configmap skep-mirror-ca -o 'jsonpath={.data.ca\.crt}' >"$dir/ca.crt"
  [[ -s $dir/ca.crt ]]
}

start_daemon() {
  local mirror=$1 daemon=$2
  start_process daemon scripts/skep serve --node-name train --kubeconfig "$KUBECONFIG" \
    --mirror "https://$mirror" --mirror-ca "$dir/ca.crt" --mirror-token "$dir/token" \
    --http-port "${daemon##*:}" --state-dir "$dir/state" --pin-root "$pins"
  await_process daemon curl -sf "http://$daemon/readyz"
}

run_program() {
  local registry=$1
  scripts/skep push bpf-programs/target/file_opens.bpf.o "$registry/skep/file-opens:v1"
  sed "s|localhost:5000|$registry|" bpf-programs/file-opens/bpfprogram.yaml | kubectl apply -f -
  kubectl -n skep-system wait --for=condition=Ready bpf/file-opens --timeout=60s
}

# The list of NAME, in an order that says nothing. Ids and the state of each class's constants, which
# Java notes besides, are those of this run.
keep() {
  local name=$1
  stop_process "$name"
  {
    echo "# What $name loads until a program is attached; scripts/train.sh writes this."
    cat "$dir/$name"*.classes | grep -v -e '^#' -e '^@cp' | sed 's/ id: .*//' | LC_ALL=C sort -u
  } >"images/classes/$name.list"
}

train() {
  local registry operator mirror daemon
  registry=127.0.0.1:$(free_port) operator=127.0.0.1:$(free_port) daemon=127.0.0.1:$(free_port)
  mirror=localhost:$(free_port)
  start_all "$registry" "$operator" "$mirror" "$daemon"
  run_program "$registry"
  stop_process daemon
  SKEP_TRAIN=$dir/daemon-adopts.classes start_daemon "$mirror" "$daemon"
  keep daemon
  keep operator
}

scripts/build.sh
trap clean_up EXIT
mkdir -p "$dir"
# In the background, for "a || b" would have it go on after an error.
train >"$dir/train.log" 2>&1 &
wait $! || {
  tail -5 "$dir/train.log" >&2
  echo "train: did not work" >&2
  exit 1
}
wc -l images/classes/*.list
