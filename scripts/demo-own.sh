# shellcheck shell=bash
# Sourced by demo.sh: the demonstration in a Kubernetes of its own, whose kernel is this machine's.

own_check() { :; }

own_say_earlier() { echo "A demo is there already, a Kubernetes of its own: $dir/cluster"; }

own_start() {
  step "Start a Kubernetes of one node, and a registry"
  scripts/control-plane.sh build
  scripts/cluster.sh up "$dir/cluster"
  export KUBECONFIG=$dir/cluster/kubeconfig PATH=$dir/cluster/bin:$PATH
  source "$dir/cluster/address"
  run kubectl get nodes -o wide
  # Skep's own images need none: the node is given them.
  scripts/cluster.sh import "$dir/cluster" "${images[@]}"
  start_registry "$machine_address"
  plain_http=(--plain-http "$registry")
  overlay=config/overlays/dev
  write_kustomization "$dir/install/kustomization.yaml" "$overlay"
  allow_plain_http "$dir/install/kustomization.yaml" "$registry"
}

# Series of the metric for processes of this machine, which are the node's.
own_opens() {
  sleep 1.1
  metrics | grep -E '^file_opens_total\{.*comm="(cat|tee)"' ||
    echo "file_opens_total: none by cat or tee yet"
}

# One open each, besides the two with which the dynamic loader starts a process.
own_open_files() {
  local i
  echo "… 300 times cat, each with the two files of its dynamic loader …"
  for i in {1..300}; do LC_ALL=C cat /etc/hostname; done >/dev/null
}

own_write_files() {
  local i
  echo "… 300 times cat, which now counts no more; 100 times tee, which does …"
  for i in {1..300}; do LC_ALL=C cat /etc/hostname; done >/dev/null
  for i in {1..100}; do LC_ALL=C tee "$dir/written" </dev/null; done
}

own_pins() { scripts/cluster.sh on "$dir/cluster" find /sys/fs/bpf/skep -path "*/$1/*" -type f; }

# The kernel's ids of the programs that are pinned.
own_before_delete() {
  local pin id
  program_ids=()
  for pin in $(own_pins programs); do
    id=$(scripts/cluster.sh on "$dir/cluster" bpftool -j prog show pinned "$pin" | jq .id)
    program_ids+=("$id")
    bpftool prog show id "$id" | sed -n 1p
  done
}

own_after_delete() {
  local id left=0
  for id in "${program_ids[@]}"; do
    if bpftool prog show id "$id" 2>/dev/null; then left=$((left + 1)); fi
  done
  echo "of these programs in the kernel: $left, pins: $(own_pins '*' | wc -l)"
  ((left == 0)) || fail "programs were left in the kernel"
}

own_environment() { echo "  export KUBECONFIG=$KUBECONFIG PATH=$dir/cluster/bin:\$PATH"; }

own_next_steps() {
  cat <<TEXT
  curl -s http://$node_address:9644/metrics | grep file_opens_total
  scripts/cluster.sh on $dir/cluster bpftool link

registry $registry, logs in $dir/logs and $dir/cluster/logs
'make demo-down' ends it.
TEXT
}

own_down() {
  stop_process registry
  scripts/cluster.sh down "$dir/cluster"
  rm -rf "$dir"
}
