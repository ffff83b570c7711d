#!/usr/bin/env bash
# A real Argo CD on this machine's loopback, as processes beside a control plane of
# control-plane.sh: its controllers and repository server, and Debian's redis-server. It has no user
# interface; what it does is asked and told with kubectl.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/argocd.sh COMMAND

  build            compiles Argo CD and kustomize into one binary, when it is not there yet
  up DIR CLUSTER   installs Argo CD's kinds and settings in the control plane of folder CLUSTER
                   (namespace argocd), and starts what does not run; data, logs and process ids are
                   in DIR
  down DIR         stops all and removes DIR; what is in the cluster stays
  judge SCRIPT MANIFEST...   what Argo CD, by this health.lua, and kstatus think of each manifest,
                   as JSON; needs no cluster

SKEP_CACHE (default ~/.cache/skep) holds the binary.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/prelude.sh"
source "$root/scripts/processes.sh"
source "$root/scripts/go-binary.sh"
source_dir=$root/tests/argocd
argo=github.com/argoproj/argo-cd/v3
parts=(argocd-application-controller argocd-applicationset-controller argocd-repo-server)

binary() { go_binary "$source_dir" argocd skep-argocd; }

# Go's module cache may be emptied while the binary stays.
keep_crds() {
  local module kind
  module=$(cd "$source_dir" && go list -m -f '{{.Dir}}' "$argo")
  for kind in application applicationset appproject; do
    echo ---
    cat "$module/manifests/crds/$kind-crd.yaml"
  done >"$1/crds.yaml"
}

build() {
  local version
  version=$(sed -n "s|^\t$argo ||p" "$source_dir/go.mod")
  build_go_binary "$source_dir" "$(binary)" "argo cd" \
    "Argo CD $version (on 2 cores 6 minutes the first time)" \
    "-X $argo/common.version=${version#v}" keep_crds
}

kubectl() { "$cluster/bin/kubectl" --kubeconfig "$cluster/kubeconfig" "$@"; }

install() {
  # Server-side: they are too long for the annotation of a client-side apply.
  kubectl apply --server-side -f "$(dirname "$(binary)")/crds.yaml" -f "$source_dir/install.yaml"
  # A custom resource: it takes a moment until its kind is served.
  for _ in {1..100}; do
    kubectl apply --server-side -f "$source_dir/project.yaml" 2>/dev/null && return
    sleep 0.2
  done
  kubectl apply --server-side -f "$source_dir/project.yaml"
}

# Everything of a part's own is below DIR: home, keys of repositories, sockets.
start_part() {
  local part=$1
  shift
  start_process "$part" env HOME="$dir/home" TMPDIR="$dir/tmp" PATH="$dir/bin:$PATH" \
    KUBECONFIG="$cluster/kubeconfig" ARGOCD_FAKE_IN_CLUSTER=true ARGOCD_GPG_ENABLED=false \
    ARGOCD_GNUPGHOME="$dir/gpg" ARGOCD_TLS_DATA_PATH="$dir/tls" ARGOCD_SSH_DATA_PATH="$dir/ssh" \
    ARGOCD_ASK_PASS_SOCK="$dir/ask-pass.sock" GIT_CONFIG_NOSYSTEM=1 \
    "$dir/bin/$part" "$@"
}

start_redis() {
  start_process redis redis-server --bind 127.0.0.1 --port "$redis_port" --save '' \
    --appendonly no --dir "$dir"
  await_process redis redis-cli -p "$redis_port" ping
}

start_argocd-repo-server() {
  start_part argocd-repo-server --address 127.0.0.1 --port "$repo_port" \
    --metrics-address 127.0.0.1 --metrics-port "$repo_metrics_port" --disable-tls \
    --redis "127.0.0.1:$redis_port"
  await_process argocd-repo-server curl -sf "http://127.0.0.1:$repo_metrics_port/healthz"
}

start_argocd-application-controller() {
  start_part argocd-application-controller --namespace argocd \
    --repo-server "127.0.0.1:$repo_port" --repo-server-plaintext \
    --redis "127.0.0.1:$redis_port" --metrics-port "$controller_port" --status-processors 4 \
    --operation-processors 2 --persist-resource-health
  await_process argocd-application-controller curl -sf "http://127.0.0.1:$controller_port/healthz"
}

start_argocd-applicationset-controller() {
  start_part argocd-applicationset-controller --namespace argocd \
    --argocd-repo-server "127.0.0.1:$repo_port" --repo-server-plaintext \
    --metrics-addr "127.0.0.1:$sets_metrics_port" --probe-addr "127.0.0.1:$sets_port" \
    --webhook-addr "127.0.0.1:$webhook_port"
  await_process argocd-applicationset-controller curl -sf "http://127.0.0.1:$sets_metrics_port/metrics"
}

up() {
  local part name
  [[ -f $cluster/kubeconfig ]] || { echo "argo cd: no control plane in $cluster" >&2; exit 1; }
  command -v redis-server >/dev/null ||
    { echo "argo cd: redis-server is missing; scripts/setup.sh installs it" >&2; exit 1; }
  [[ -x $(binary) ]] || build
  mkdir -p "$dir"/{bin,run,logs,home,tmp,gpg,tls,ssh}
  for part in "${parts[@]}" argocd-git-ask-pass kustomize; do
    ln -sf "$(binary)" "$dir/bin/$part"
  done
  if [[ ! -f $dir/ports ]]; then
    for name in redis repo repo_metrics controller sets sets_metrics webhook; do
      echo "${name}_port=$(free_port)"
    done >"$dir/ports"
  fi
  source "$dir/ports"
  install
  pid_of redis >/dev/null || start_redis
  for part in argocd-repo-server argocd-application-controller argocd-applicationset-controller; do
    pid_of "$part" >/dev/null || "start_$part"
  done
}

down() {
  local part
  for part in "${parts[@]}" redis; do stop_process "$part" KILL; done
  if [[ -f $dir/ports ]]; then rm -rf "$dir"; fi
}

command=${1:-}
case $command in
  build) interruptible build; exit ;;
  judge)
    [[ -n ${3:-} ]] || { usage >&2; exit 2; }
    [[ -x $(binary) ]] || build >&2
    exec "$(binary)" judge "${@:2}"
    ;;
  up | down) ;;
  -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
[[ -n ${2:-} ]] || { usage >&2; exit 2; }
dir=$(realpath -m "$2")
case $command in
  up)
    cluster=$(realpath -m "${3:?CLUSTER}")
    interruptible up
    ;;
  down) interruptible down ;;
esac
