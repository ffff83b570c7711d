# shellcheck shell=bash
# Sourced by demo.sh: the demonstration in the cluster of the kubeconfig's current context.

# The cluster that was looked at and agreed to, whatever the context becomes meanwhile.
current_kubeconfig=$dir/kubeconfig

# --- before anything is changed ------------------------------------------------------------------

current_check() {
  local context
  command -v kubectl >/dev/null || fail "kubectl is missing; nothing was changed"
  context=$(kubectl config current-context 2>/dev/null) ||
    fail "the kubeconfig has no current context; nothing was changed"
  current_say_cluster "$context"
  current_find_way "$context"
  current_say_plan "$context"
  current_ask
  (umask 077 && mkdir -p "$dir" && kubectl config view --minify --flatten --raw >"$current_kubeconfig")
}

current_say_cluster() {
  local context=$1 wrong
  step "Look at the cluster of context $context; nothing is changed yet"
  kubectl version | sed -n 's/^Server/Kubernetes/p' || fail "the cluster does not answer"
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
make demo-down takes all of it away again, with every BpfProgram that is there then.
TEXT
}

current_ask() {
  local answer
  [[ -z ${SKEP_DEMO_YES:-} ]] || return 0
  [[ -t 0 ]] || fail "nobody is there to be asked: SKEP_DEMO_YES=1 agrees; nothing was changed"
  read -rp "Go on? [y/N] " answer
  [[ $answer == [yY]* ]] || fail "nothing was changed"
}

# --- the demonstration ---------------------------------------------------------------------------

current_start() {
  local image installed=$dir/install/kustomization.yaml overlay=${SKEP_DEMO_OVERLAY:-config/install}
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

current_down() {
  export KUBECONFIG=$current_kubeconfig
  step "Take Skep out of the cluster of context $(kubectl config current-context)"
  if [[ -n $(kubectl get crd bpfprograms.skep.dev --ignore-not-found -o name) ]]; then
    run kubectl delete bpf --all --all-namespaces --timeout=120s
  fi
  if [[ -n $(kubectl -n $namespace get daemonset skep-daemon --ignore-not-found -o name) ]]; then
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
