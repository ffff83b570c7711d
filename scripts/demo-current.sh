# shellcheck shell=bash
# Sourced by demo.sh: the demonstration in the cluster of the kubeconfig's current context.

# The cluster that was looked at and agreed to, whatever the context becomes meanwhile.
current_kubeconfig=$dir/kubeconfig

# The BpfPrograms that the demo makes, in Skep's own namespace.
current_programs=(file-opens rejected)

# --- before anything is changed ------------------------------------------------------------------

current_context() { kubectl --kubeconfig="$current_kubeconfig" config current-context; }

current_say_earlier() {
  echo "A demo is there already, in the cluster of context $(current_context)"
}

current_check() {
  local context
  command -v kubectl >/dev/null || fail "kubectl is missing; nothing was changed"
  context=$(kubectl config current-context 2>/dev/null) ||
    fail "the kubeconfig has no current context; nothing was changed"
  current_say_cluster "$context"
  current_find_way "$context"
  current_say_plan "$context"
  ask
  current_agreed=$(kubectl --context="$context" config view --minify --flatten --raw)
}

current_say_cluster() {
  local context=$1 wrong
  step "Look at the cluster of context $context; nothing is changed yet"
  kubectl version | sed -n 's/^Server/Kubernetes/p' ||
    fail "the cluster does not answer; nothing was changed"
  kubectl get nodes -o wide
  wrong=$(
    [[ $(kubectl auth can-i '*' '*' --all-namespaces 2>/dev/null) == yes ]] ||
      echo "  you are no administrator of it: kubectl auth can-i '*' '*' -A says no"
    [[ -z $(kubectl get namespace $namespace --ignore-not-found -o name) ]] ||
      echo "  namespace $namespace is there already: another Skep? Take it away first"
    [[ -z $(kubectl get crd bpfprograms.skep.dev --ignore-not-found -o name) ]] ||
      echo "  the CRDs of skep.dev are there already: another Skep? Take it away first"
    [[ $(kubectl get --raw /apis/admissionregistration.k8s.io/v1) == *validatingadmissionpolicies* ]] ||
      echo "  it has no ValidatingAdmissionPolicy: use Kubernetes 1.30 or later"
    current_foreign_nodes
  )
  [[ -z $wrong ]] || { printf '%s\nnothing was changed\n' "$wrong" >&2; exit 1; }
}

# Images are built for the architecture of this machine.
current_foreign_nodes() {
  local ours
  ours=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
  kubectl get nodes -o \
    'jsonpath={range .items[*]}{.metadata.name} {.status.nodeInfo.architecture}{"\n"}{end}' |
    awk -v ours="$ours" \
      '$2 != ours {print "  node " $1 " is " $2 "; images built here are for " ours}'
}

# How images get to the nodes, and from where the operator pulls programs.
current_find_way() {
  local context=$1
  push_to=${SKEP_DEMO_REGISTRY:-} address=${SKEP_DEMO_ADDRESS:-} load=()
  if [[ -n $push_to ]]; then return; fi
  if [[ -n ${SKEP_DEMO_LOAD:-} ]]; then
    read -ra load <<<"$SKEP_DEMO_LOAD"
  elif [[ $context == kind-* ]] && command -v kind >/dev/null; then
    load=(kind load image-archive --name "${context#kind-}")
  elif [[ $context == minikube ]] && command -v minikube >/dev/null; then
    load=(minikube image load)
  fi
  [[ -n ${load[*]} && -n $address ]] && return
  {
    echo "The nodes need Skep's images, and its pods a registry with programs. Set one of these:"
    echo "  SKEP_DEMO_REGISTRY=HOST/PATH  a registry that you may push to and the nodes may pull from"
    [[ -n ${load[*]} ]] || echo "  SKEP_DEMO_LOAD=COMMAND        gives the nodes images from archives, and"
    echo "  SKEP_DEMO_ADDRESS=ADDRESS     an address of this machine that its pods reach, for a registry"
    echo "nothing was changed"
  } >&2
  exit 1
}

current_say_plan() {
  local context=$1
  echo
  echo "This will be done to it:"
  if [[ -n $push_to ]]; then
    echo "- Skep's images and programs are pushed to $push_to"
  else
    echo "- Skep's images are given to its nodes: ${load[*]} …"
    echo "- a registry with programs, without a login, runs at $address while the demo does"
  fi
  cat <<TEXT
- kubectl apply -k ${SKEP_DEMO_OVERLAY:-config/install}: namespace $namespace, the CRDs of skep.dev,
  cluster roles, an admission policy, a Deployment, and a DaemonSet that loads eBPF programs on
  every node
- two BpfPrograms are applied; one counts the files that are opened on every node
make demo-down takes all of it away again; when other BpfPrograms are there then, it names them and
stops.
TEXT
}

# --- the demonstration ---------------------------------------------------------------------------

current_start() {
  local image installed=$dir/install/kustomization.yaml
  overlay=${SKEP_DEMO_OVERLAY:-config/install}
  (umask 077 && echo "$current_agreed" >"$current_kubeconfig")
  export KUBECONFIG=$current_kubeconfig
  step "Give the cluster Skep's images"
  write_kustomization "$installed" "$overlay" "$push_to"
  write_kustomization "$dir/uninstall/kustomization.yaml" config/uninstall "$push_to"
  plain_http=()
  if [[ -n $push_to ]]; then
    run scripts/images.sh push "$push_to"
    registry=$push_to
    return
  fi
  for image in "${images[@]}"; do run "${load[@]}" "$image"; done
  start_registry "$address"
  plain_http=(--plain-http "$registry")
  allow_plain_http "$installed" "$registry"
}

current_opens() {
  metrics | awk '/^file_opens_total\{/ {opens += $NF}
    END {print "files opened on all nodes so far: " opens + 0}'
}

current_open_files() {
  echo "… 5 seconds of whatever the nodes do …"
  sleep 5
}

current_write_files() {
  current_opens
  echo "… 5 seconds, in which only files that are opened for writing count …"
  sleep 5
}

current_before_delete() { run kubectl get bpfnodes; }

current_after_delete() {
  local left
  run kubectl get bpfnodes
  left=$(kubectl get bpfnodes -o 'jsonpath={.items[*].status.programs[*].name}')
  [[ -z $left ]] || fail "nodes still report $left"
}

current_environment() { :; }

current_next_steps() {
  echo
  echo "'make demo-down' takes Skep out of the cluster again."
}

# --- and away with it ----------------------------------------------------------------------------

# NAMESPACE/NAME of every BpfProgram that the demo did not make.
current_other_programs() {
  kubectl get bpf --all-namespaces \
    -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\n"}{end}' |
    awk -v ours="${current_programs[*]/#/$namespace/}" \
      'BEGIN {split(ours, names, " "); for (i in names) is_ours[names[i]]}
       NF && !($0 in is_ours)'
}

# Without Skep they would end, and their counts with them: that is for their owners to decide.
current_keep_others() {
  [[ -n $1 && ${SKEP_DEMO_DELETE:-} != every-bpfprogram ]] || return 0
  {
    echo "These BpfPrograms are not the demo's, and would end with Skep:"
    sed 's/^/  /' <<<"$1"
    echo "Delete them first, or let this do it: SKEP_DEMO_DELETE=every-bpfprogram make demo-down"
    echo "nothing was changed"
  } >&2
  exit 1
}

current_delete_programs() {
  local crd others program
  crd=$(kubectl get crd bpfprograms.skep.dev --ignore-not-found -o name)
  [[ -n $crd ]] || return 0
  others=$(current_other_programs)
  current_keep_others "$others"
  for program in $others; do
    run kubectl -n "${program%/*}" delete bpf "${program#*/}" --ignore-not-found --timeout=120s
  done
  run kubectl -n $namespace delete bpf "${current_programs[@]}" --ignore-not-found --timeout=120s
}

current_down() {
  local context daemons
  export KUBECONFIG=$current_kubeconfig
  context=$(current_context)
  step "Take Skep out of the cluster of context $context"
  kubectl version >/dev/null || fail "the cluster does not answer; nothing was changed"
  current_delete_programs
  daemons=$(kubectl -n $namespace get daemonset skep-daemon --ignore-not-found -o name)
  if [[ -n $daemons ]]; then
    run kubectl -n $namespace delete daemonset skep-daemon --timeout=120s
    run kubectl apply -k "$dir/uninstall"
    run kubectl -n $namespace rollout status daemonset/skep-clean --timeout=120s
    run kubectl delete -k "$dir/uninstall" --timeout=120s
  fi
  if [[ -f $dir/install/kustomization.yaml ]]; then
    run kubectl delete -k "$dir/install" --ignore-not-found --timeout=180s | tail -3
  fi
  stop_process registry
  rm -rf "$dir"
}
