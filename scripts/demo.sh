#!/usr/bin/env bash
# Runs Skep on this machine, in a Kubernetes of its own, and shows what it does.
set -Eeuo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/demo.sh up|down

  up    sets up, builds and starts a control plane, a registry, the operator and one node daemon,
        shows a program's whole life, and leaves everything running
  down  ends it, and takes its programs out of the kernel

SKEP_DEMO_DIR (default .cache/demo) holds keys, logs and state; SKEP_PIN_ROOT (default
/sys/fs/bpf/skep) is where the daemon pins programs.
TEXT
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/processes.sh

dir=$(realpath -m "${SKEP_DEMO_DIR:-.cache/demo}")
pins=${SKEP_PIN_ROOT:-/sys/fs/bpf/skep}
node=$(hostname)
namespace=skep-system
export KUBECONFIG=$dir/cluster/kubeconfig PATH=$dir/cluster/bin:$PATH

step() { printf '\n\033[1m[%4d s] %s\033[0m\n' "$SECONDS" "$*"; }
run() {
  printf '\033[2m$ %s\033[0m\n' "$*"
  "$@"
}
fail() { echo "demo: $*" >&2; exit 1; }

# --- start and end -------------------------------------------------------------------------------

start_registry() {
  registry=127.0.0.1:$(free_port)
  mkdir -p "$dir/registry"
  cat >"$dir/registry.yaml" <<YAML
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $dir/registry}
http: {addr: $registry}
YAML
  start_process registry docker-registry serve "$dir/registry.yaml"
  await_process registry curl -sf "http://$registry/v2/"
}

start_operator() {
  operator=http://127.0.0.1:$(free_port)
  # On one machine's loopback there is nobody to keep out, and nobody to wait for.
  KUBECONFIG=$dir/operator.kubeconfig QUARKUS_HTTP_HOST=127.0.0.1 \
    SKEP_MIRROR_TLS=false SKEP_LEADER_ELECTION_ENABLED=false \
    QUARKUS_HTTP_PORT=${operator##*:} start_process operator scripts/operator
}

start_daemon() {
  daemon=http://127.0.0.1:$(free_port)
  start_process daemon scripts/skep serve --node-name "$node" \
    --kubeconfig "$dir/daemon.kubeconfig" --mirror "$operator" --http-port "${daemon##*:}" \
    --state-dir "$dir/state" --pin-root "$pins"
}

# The token of a ServiceAccount, as a pod has it: a daemon's names its node.
service_account_kubeconfig() {
  local account=$1 node=${2:-} file=$dir/$1.kubeconfig token
  token=$(kubectl -n $namespace create token "skep-$account" --duration=24h \
    ${node:+--bound-object-kind=Node --bound-object-name="$node"})
  kubectl config view --raw --minify >"$file"
  chmod 600 "$file"
  kubectl --kubeconfig "$file" config unset users.admin >/dev/null
  kubectl --kubeconfig "$file" config set-credentials admin --token="$token" >/dev/null
}

down() {
  stop_process daemon
  stop_process operator
  stop_process registry
  [[ ! -d $dir/cluster ]] || scripts/control-plane.sh down "$dir/cluster"
  # Programs outlive their daemon: without their pins the kernel drops them.
  [[ ! -f $dir/owns-pins ]] || rm -rf "$(cat "$dir/owns-pins")"
  rm -rf "$dir"
}

start_all() {
  down
  [[ -z $(ls -A "$pins" 2>/dev/null) ]] ||
    fail "$pins holds the programs of another Skep daemon: end it, or choose another SKEP_PIN_ROOT"
  mkdir -p "$dir"
  echo "$pins" >"$dir/owns-pins"
  scripts/control-plane.sh up "$dir/cluster"
  start_registry
  kubectl apply -k config/install >"$dir/install.log"
  kubectl wait --for=condition=Established crd --all >>"$dir/install.log"
  scripts/control-plane.sh node "$dir/cluster" "$node" >>"$dir/install.log"
  # With the rights that config/install gives them, and no others.
  service_account_kubeconfig operator
  service_account_kubeconfig daemon "$node"
  start_operator
  start_daemon
  await_process operator curl -sf "$operator/q/health/ready"
  await_process daemon curl -sf "$daemon/readyz"
}

# --- the show ------------------------------------------------------------------------------------

# Packs an object to an image and pushes it.
push() { run scripts/skep push "bpf-programs/target/$1.bpf.o" "$registry/skep/$2:v1"; }
file_opens_manifest() { sed "s|localhost:5000|$registry|" bpf-programs/file-opens/bpfprogram.yaml; }

ready() { kubectl -n $namespace wait --for=condition=Ready bpf/file-opens --timeout=60s; }

# Series of the metric for processes of this name.
opens_of() {
  curl -s "$daemon/metrics" | grep '^file_opens_total{' | grep -F "comm=\"$1\"" ||
    echo "file_opens_total: none by $1 yet"
}

# The kernel's ids of the programs that are pinned.
pinned_programs() {
  local pin
  for pin in "$pins"/*/*/*/programs/*; do
    bpftool -j prog show pinned "$pin" | jq .id
  done
}

# One open each, besides the two with which the dynamic loader starts a process.
open_files() {
  local i
  for i in {1..300}; do LC_ALL=C cat /etc/hostname; done >/dev/null
}
write_files() {
  local i
  for i in {1..100}; do LC_ALL=C tee "$dir/written" </dev/null; done
}

show_life() {
  step "Pack and push bpf-programs/file-opens, apply its BpfProgram"
  push file_opens file-opens
  file_opens_manifest | run kubectl apply -f -
  ready
  run kubectl get bpf -A -o wide

  step "Its status says what the kernel shows"
  kubectl -n $namespace get bpf file-opens -o yaml | sed -n '/^status:/,$p'

  step "Its metric rises while files are opened"
  opens_of cat
  echo "… 300 times cat, each with the two files of its dynamic loader …"
  open_files
  sleep 1.1
  opens_of cat

  step "Edit a global: count only files that are opened for writing; the counts are kept"
  run kubectl -n $namespace patch bpf file-opens --type=merge \
    -p '{"spec":{"globals":{"writes_only":true}}}'
  ready
  echo "… 300 times cat, which now counts no more; 100 times tee, which does …"
  open_files
  write_files
  sleep 1.1
  opens_of cat
  opens_of tee
}

show_rejected() {
  step "A program that the kernel's verifier refuses: its status says why"
  push rejected rejected
  cat >"$dir/rejected.yaml" <<YAML
apiVersion: skep.dev/v1alpha1
kind: BpfProgram
metadata: {name: rejected, namespace: $namespace}
spec:
  image: {reference: $registry/skep/rejected:v1}
YAML
  run kubectl apply -f "$dir/rejected.yaml"
  kubectl -n $namespace wait bpf/rejected --timeout=60s \
    --for=jsonpath='{.status.failures[0].reason}'=VerifierRejected
  kubectl -n $namespace get bpf rejected -o yaml | sed -n '/^  failures:/,/^  [a-z]*:$/p' | sed '$d'
  run kubectl get bpf -A -o wide
}

show_delete() {
  local ids id left=0
  step "Delete both: nothing of them stays in the kernel"
  ids=$(pinned_programs)
  for id in $ids; do bpftool prog show id "$id" | sed -n 1p; done
  run kubectl -n $namespace delete bpf --all --timeout=60s
  for id in $ids; do
    if bpftool prog show id "$id" 2>/dev/null; then left=$((left + 1)); fi
  done
  echo "of these programs in the kernel: $left, pins: $(find "$pins" -type f | wc -l)"
  ((left == 0)) || fail "programs were left in the kernel"
}

show_next_steps() {
  step "Everything is running, file-opens again too. Go on with"
  file_opens_manifest | kubectl apply -f - >/dev/null
  ready >/dev/null
  cat <<TEXT
  export KUBECONFIG=$KUBECONFIG PATH=$dir/cluster/bin:\$PATH
  kubectl get bpf -A -o wide
  kubectl explain bpf.spec
  kubectl -n $namespace describe bpf file-opens
  kubectl get bpfnode $node -o yaml
  curl -s $daemon/metrics | grep file_opens_total
  scripts/skep inspect $registry/skep/file-opens:v1
  scripts/skep maps file-opens opens --state-dir $dir/state --pin-root $pins

registry $registry, operator $operator, logs in $dir/logs
'make demo-down' ends it.
TEXT
}

up() {
  step "Set up this machine"
  scripts/setup.sh
  source scripts/toolchain.sh
  step "Build"
  scripts/build.sh
  trap 'echo "demo: failed; logs are in $dir/logs, make demo-down ends what runs" >&2' ERR
  step "Start a control plane, a registry, the operator and the daemon"
  start_all
  show_life
  show_rejected
  show_delete
  show_next_steps
  step "Done"
}

case ${1:-} in
  up) up ;;
  down) down ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
