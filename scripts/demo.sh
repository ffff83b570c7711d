#!/usr/bin/env bash
# Installs Skep in a cluster, as a user does, and shows what it does.
set -Eeuo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/demo.sh up|down [own|current]

  up    sets up, builds Skep's images, installs it with kubectl, shows a program's whole life, and
        leaves everything running; run again, it replaces the demo on this machine
  down  takes away all that `up` made

own (the default) is a Kubernetes of one node that is made for it on this machine: real pods on this
machine's kernel, which leave nothing when they go. current is the cluster of the current context of
your kubeconfig; what will be done to it is said first, and asked. Its nodes need Skep's images, and
its pods a registry with the programs; either

  SKEP_DEMO_REGISTRY=HOST/PATH   everything is pushed there, with the login of `docker login`, and
                                 the nodes and the operator pull from there
or both
  SKEP_DEMO_LOAD=COMMAND         gives all nodes the images in the archives that it is called with;
                                 known by itself for kind and minikube
  SKEP_DEMO_ADDRESS=ADDRESS      an address of this machine that pods of the cluster reach: a
                                 registry is started there

SKEP_DEMO_OVERLAY (default config/install; config/overlays/…) chooses what is installed,
SKEP_DEMO_YES=1 asks nothing, SKEP_DEMO_DIR (default .cache/demo) holds keys, logs and state.

When `down` finds other BpfPrograms in your cluster than the demo's, it names them and stops, unless
SKEP_DEMO_DELETE=every-bpfprogram says to delete them too.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
source scripts/prelude.sh
source scripts/processes.sh
source scripts/installation.sh

dir=$(realpath -m "${SKEP_DEMO_DIR:-.cache/demo}")
namespace=skep-system
images=(.cache/images/operator.tar .cache/images/daemon.tar)

bold='' dim='' plain=''
if [[ -t 1 ]]; then bold=$'\033[1m' dim=$'\033[2m' plain=$'\033[0m'; fi

step() { printf '\n%s[%4d s] %s%s\n' "$bold" "$SECONDS" "$*" "$plain"; }

# Shows a command as one would type it.
show() {
  local word line=
  for word in "$@"; do
    [[ $word =~ ^[[:alnum:]_@%+=:,./-]+$ ]] || word=${word@Q}
    line+=" $word"
  done
  printf '%s$%s%s\n' "$dim" "$line" "$plain"
}
run() {
  show "$@"
  "$@"
}
fail() { echo "demo: $*" >&2; exit 1; }

# Returns only when what was said may be done.
ask() {
  local answer=
  [[ ${SKEP_DEMO_YES:-} != 1 ]] || return 0
  [[ -t 0 ]] || fail "nobody is there to be asked: SKEP_DEMO_YES=1 agrees; nothing was changed"
  read -rp "Go on? [y/N] " answer || echo
  [[ $answer == [yY]* ]] || fail "nothing was changed"
}

# --- where ---------------------------------------------------------------------------------------

source scripts/demo-own.sh
source scripts/demo-current.sh

start_registry() {
  local address=$1
  registry=$address:$(free_port)
  mkdir -p "$dir/registry"
  cat >"$dir/registry.yaml" <<YAML
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $dir/registry}
http: {addr: "$registry"}
YAML
  start_process registry docker-registry serve "$dir/registry.yaml"
  await_process registry curl -sf "http://$registry/v2/"
}

install_skep() {
  local started=$SECONDS
  show kubectl apply -k "$dir/install"
  kubectl apply -k "$dir/install" >"$dir/install.log"
  echo "$(wc -l <"$dir/install.log") resources of $overlay; the last four, all are in $dir/install.log:"
  tail -4 "$dir/install.log"
  await_installed 2>>"$dir/install.log"
  run kubectl -n $namespace get pods -o wide
  echo "installed and ready after $((SECONDS - started)) s"
}

# With what the demo's cluster knows, once there is one; it may be what failed.
show_failure() {
  ((BASH_SUBSHELL == 0)) || return 0
  {
    if [[ -n ${installing:-} ]]; then
      local kubectl=(kubectl --request-timeout=5s -n $namespace)
      "${kubectl[@]}" get pods,bpf -o wide
      "${kubectl[@]}" get bpf -o jsonpath="{range .items[*]}$conditions{end}"
      "${kubectl[@]}" logs --prefix --tail=20 -l app.kubernetes.io/name=skep
    fi
    echo "demo: failed; logs are in $dir, make demo-down takes away what is there"
  } >&2 || true
}

# --- the show ------------------------------------------------------------------------------------

# Packs an object to an image and pushes it.
push() {
  run scripts/skep push "${plain_http[@]}" "bpf-programs/target/$1.bpf.o" "$registry/skep/$2:v1"
}
write_file_opens() {
  sed "s|localhost:5000|$registry|" bpf-programs/file-opens/bpfprogram.yaml >"$dir/file-opens.yaml"
}

ready() { kubectl -n $namespace wait --for=condition=Ready bpf/file-opens --timeout=60s; }

# What the daemons say on /metrics: through the API server, which reaches every pod.
metrics() {
  local pod
  for pod in $(kubectl -n $namespace get pods -o name -l app.kubernetes.io/component=daemon); do
    kubectl get --raw "/api/v1/namespaces/$namespace/pods/${pod#pod/}:9644/proxy/metrics"
  done
}

# In short, what `kubectl get -o yaml` shows of the status of a BpfProgram and of the BpfNodes.
conditions='{range .status.conditions[*]}{.type}={.status}: {.message}{"\n"}{end}'
attached='{range .items[*]}node {.metadata.name}:{"\n"}{range .status.programs[*].functions[*]}'
attached+='  program {.programId} {.function}, link {.links[*].id}: {.links[*].target}{"\n"}{end}{end}'

show_life() {
  step "Pack and push bpf-programs/file-opens, apply its BpfProgram"
  push file_opens file-opens
  write_file_opens
  run cat "$dir/file-opens.yaml"
  run kubectl apply -f "$dir/file-opens.yaml"
  ready
  run kubectl get bpf -A -o wide

  step "Its status in short, and what a BpfNode says its kernel shows: ids of programs and links"
  kubectl -n $namespace get bpf file-opens -o jsonpath="$conditions"
  kubectl get bpfnodes -o jsonpath="$attached"

  step "Its metric rises while files are opened"
  "${cluster}_opens"
  "${cluster}_open_files"
  "${cluster}_opens"

  step "Edit a global: count only files that are opened for writing; the counts are kept"
  run kubectl -n $namespace patch bpf file-opens --type=merge \
    -p '{"spec":{"globals":{"writes_only":true}}}'
  ready
  "${cluster}_write_files"
  "${cluster}_opens"
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
  step "Delete both: nothing of them stays in the kernel"
  "${cluster}_before_delete"
  run kubectl -n $namespace delete bpf file-opens rejected --timeout=60s
  "${cluster}_after_delete"
}

show_next_steps() {
  step "Everything is running, file-opens again too. Go on with"
  kubectl apply -f "$dir/file-opens.yaml" >/dev/null
  ready >/dev/null
  "${cluster}_environment"
  cat <<TEXT
  kubectl get bpf -A -o wide
  kubectl explain bpf.spec
  kubectl -n $namespace describe bpf file-opens
  kubectl get bpfnodes -o yaml
  kubectl -n $namespace logs daemonset/skep-daemon
  scripts/skep inspect ${plain_http[*]} $registry/skep/file-opens:v1
TEXT
  "${cluster}_next_steps"
}

# An earlier demo is ended only when it is one of its own, which the new one replaces. One in a user's
# cluster is for its user to end, and the current context may be that of the demo's own cluster.
check_earlier() {
  earlier=
  [[ -e $dir/cluster-kind ]] || return 0
  earlier=$(cat "$dir/cluster-kind")
  "${earlier}_say_earlier"
  [[ $earlier == own && $cluster == own ]] ||
    fail "take it away with 'make demo-down' first; nothing was changed"
  echo "It is ended, with all that is in it, when the new one is built."
}

make_demo() {
  step "Set up this machine"
  scripts/setup.sh
  source scripts/toolchain.sh
  step "Build"
  build_images
  if [[ $earlier == own ]]; then
    step "End the earlier demo"
    own_down
  fi
  mkdir -p "$dir"
  echo "$cluster" >"$dir/cluster-kind"
  trap show_failure ERR
  "${cluster}_start"
  step "Install Skep, as a user does"
  installing=yes
  install_skep
  show_life
  show_rejected
  show_delete
  show_next_steps
  step "Done"
}

interrupted() {
  if [[ -e $dir/cluster-kind ]]; then
    echo "demo: interrupted; logs are in $dir, make demo-down takes away what is there" >&2
  else
    echo "demo: interrupted; nothing is left to take away" >&2
  fi
}

# What was built stays, and lets the next demo start at once.
say_kept() {
  local cache=${SKEP_CACHE:-$HOME/.cache/skep}
  echo "Still there: $(size .cache/images) of images ('make clean' removes them) and" \
    "$(size "$cache") of Kubernetes, compiled ('rm -r $cache')"
}
size() { if [[ -d $1 ]]; then du -sh "$1" | cut -f1; else echo 0; fi; }

case ${1:-} in
  up)
    cluster=${2:-own}
    [[ $cluster == own || $cluster == current ]] || fail "CLUSTER is own or current, not $cluster"
    check_earlier
    "${cluster}_check"
    interruptible make_demo
    ;;
  down)
    [[ -e $dir/cluster-kind ]] || { echo "no demo is in $dir"; exit 0; }
    interruptible "$(cat "$dir/cluster-kind")_down"
    say_kept
    ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
