#!/usr/bin/env bash
# Runs the operator from start to an attached program, and a daemon that finds that program attached,
# so that Java remembers the classes they load: later starts take half the time. All that is
# remembered is in memory at each start, so a daemon's first load is left out. Once after a build;
# without it they run just the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/toolchain.sh
source scripts/processes.sh

operator_jar=operator/target/quarkus-app/quarkus-run.jar
daemon_jar=node-daemon/target/skep/skep.jar
pins=/sys/fs/bpf/skep-train-$$
dir=$(mktemp -d)
export KUBECONFIG=$dir/cluster/kubeconfig PATH=$dir/cluster/bin:$PATH

is_trained() { [[ ${1%.jar}.aot -nt $1 ]]; }

clean_up() {
  local name
  for name in daemon operator registry; do stop_process "$name" KILL; done
  scripts/control-plane.sh down "$dir/cluster"
  rm -rf "$dir" "$pins" "${operator_jar%.jar}.aot.new"* "${daemon_jar%.jar}.aot.new"*
}

start_all() {
  local registry=$1 operator=$2 daemon=$3
  scripts/control-plane.sh up "$dir/cluster"
  kubectl apply -k config/install
  kubectl wait --for=condition=Established crd --all
  scripts/control-plane.sh node "$dir/cluster" train
  printf 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: "%s"}\n' "$registry" >"$dir/registry.yaml"
  start_process registry docker-registry serve "$dir/registry.yaml"
  SKEP_TRAIN=$(realpath -m "${operator_jar%.jar}.aot.new") QUARKUS_HTTP_HOST=127.0.0.1 \
    SKEP_MIRROR_TLS=false QUARKUS_HTTP_PORT=${operator##*:} start_process operator scripts/operator
  start_daemon "$operator" "$daemon"
  await_process registry curl -sf "http://$registry/v2/"
  await_process operator curl -sf "http://$operator/q/health/ready"
}

start_daemon() {
  local operator=$1 daemon=$2
  start_process daemon scripts/skep serve --node-name train --kubeconfig "$KUBECONFIG" \
    --mirror "http://$operator" --http-port "${daemon##*:}" --state-dir "$dir/state" \
    --pin-root "$pins"
  await_process daemon curl -sf "http://$daemon/readyz"
}

run_program() {
  local registry=$1
  scripts/skep push bpf-programs/target/file_opens.bpf.o "$registry/skep/file-opens:v1"
  sed "s|localhost:5000|$registry|" bpf-programs/file-opens/bpfprogram.yaml | kubectl apply -f -
  kubectl -n skep-system wait --for=condition=Ready bpf/file-opens --timeout=60s
}

# Java writes what it learned as it ends, which takes it some seconds.
end() {
  local name=$1 jar=$2 pid
  pid=$(pid_of "$name")
  kill "$pid"
  for _ in {1..1200}; do
    pid_of "$name" >/dev/null || break
    sleep 0.1
  done
  mv "${jar%.jar}.aot.new" "${jar%.jar}.aot"
}

train() {
  local registry operator daemon
  registry=127.0.0.1:$(free_port) operator=127.0.0.1:$(free_port) daemon=127.0.0.1:$(free_port)
  start_all "$registry" "$operator" "$daemon"
  run_program "$registry"
  stop_process daemon KILL
  SKEP_TRAIN=$(realpath -m "${daemon_jar%.jar}.aot.new") start_daemon "$operator" "$daemon"
  end daemon "$daemon_jar"
  end operator "$operator_jar"
}

if is_trained "$operator_jar" && is_trained "$daemon_jar"; then exit; fi
echo "train: running the operator and the daemon once, for quicker starts"
trap clean_up EXIT
mkdir -p "$dir"
# In the background, for "a || b" would have it go on after an error.
train >"$dir/train.log" 2>&1 &
wait $! || {
  tail -5 "$dir/train.log" >&2
  echo "train: did not work; they start slower, and run just the same" >&2
}
