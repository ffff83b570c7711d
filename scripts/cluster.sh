#!/usr/bin/env bash
# A whole Kubernetes of one node on this machine: the control plane of control-plane.sh, a scheduler,
# kube-proxy, and a node with containerd and a kubelet. The node is real but for its kernel and
# processes, which are the machine's: its network, bpffs and /var/lib are its own, so that several
# clusters can stand side by side, and each goes without a trace.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/cluster.sh COMMAND

  up DIR [NODE]         starts it; keys, data, logs and process ids are in DIR. NODE is the node's
                        name (default: the machine's)
  import DIR TAR...     gives the node the images in archives, as `docker save` and Jib make them
  on DIR COMMAND...     runs a command on the node: in its network and with its mounts
  reboot DIR            ends every pod at once, empties the node's bpffs and /run, and starts its
                        kubelet again
  down DIR              ends all, and removes DIR

After up: DIR/kubeconfig (cluster administrator), DIR/bin/kubectl; DIR/address says what the node
(node_address) and this machine (machine_address) are called on the wire between them. Pods reach
this machine, this machine reaches pods, and neither the world; there is no DNS. Pods do not see this machine's /sys/fs/bpf
but the node's, which is empty and goes with it; its /var/lib is DIR/var-lib.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/prelude.sh"
source "$root/scripts/processes.sh"

fail() { echo "cluster: $*" >&2; exit 1; }
control_plane() { "$root/scripts/control-plane.sh" "$1" "$dir" "${@:2}"; }
kubelet() { "$root/scripts/kubelet.sh" "$1" "$dir/kubelet" "${@:2}"; }

# --- the node's namespaces -----------------------------------------------------------------------

on_node() {
  local pid
  pid=$(pid_of node) || fail "the node of $dir does not run"
  nsenter --mount="/proc/$pid/ns/mnt" --net="/proc/$pid/ns/net" --uts="/proc/$pid/ns/uts" -- "$@"
}

# A process that keeps the node's namespaces while its others come and go.
start_node() {
  mkdir -p "$dir/var-lib"
  # shellcheck disable=SC2016
  start_process node unshare --mount --net --uts --propagation private sh -ec '
    hostname "$2"
    mount --make-rshared /
    mkdir -p /run/containerd /run/netns
    mount -t tmpfs run /run/containerd
    mount -t tmpfs run /run/netns
    mount --bind "$1/var-lib" /var/lib
    # Not on top of the machine: what is below would show when the node has none mounted.
    while mountpoint -q /sys/fs/bpf; do umount /sys/fs/bpf; done
    mount -t bpf bpf /sys/fs/bpf
    ip link set lo up
    echo 1 >/proc/sys/net/ipv4/ip_forward
    touch "$1/run/node-is-made"
    exec sleep infinity' sh "$dir" "$node"
  await_process node test -f "$dir/run/node-is-made"
}

# Every cluster of this machine has a number, and its own addresses by it. Whoever makes the
# interface of that number first has it.
connect_node() {
  local number
  for number in {1..250}; do
    ip link add "skepnode$number" type veth peer name eth0 netns "$(pid_of node)" 2>/dev/null && break
  done
  [[ -d /sys/class/net/skepnode$number ]] || fail "no interface could be made for the node"
  printf 'interface=%s\nmachine_address=%s\nnode_address=%s\npods=%s\n' "skepnode$number" \
    "10.229.$number.1" "10.229.$number.2" "10.230.$number.0/24" >"$dir/address"
  source "$dir/address"
  ip address add "$machine_address/30" dev "$interface"
  ip link set "$interface" up
  ip route add "$pods" via "$node_address"
  on_node ip address add "$node_address/30" dev eth0
  on_node ip link set eth0 up
  on_node ip route add default via "$machine_address"
}

# --- Kubernetes ----------------------------------------------------------------------------------

start_scheduler() {
  local port
  port=$(free_port)
  start_process kube-scheduler "$dir/bin/kube-scheduler" --kubeconfig="$dir/scheduler.kubeconfig" \
    --authentication-kubeconfig="$dir/scheduler.kubeconfig" \
    --authorization-kubeconfig="$dir/scheduler.kubeconfig" --leader-elect=false \
    --bind-address=127.0.0.1 --secure-port="$port" --cert-dir="$dir/run"
}

# nftables: all its rules are in tables of its own, in the node's network.
start_proxy() {
  cat >"$dir/proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clusterCIDR: $pods
hostnameOverride: $node
bindAddress: $node_address
clientConnection: {kubeconfig: $dir/proxy.kubeconfig}
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
YAML
  local pid
  pid=$(pid_of node)
  start_process kube-proxy nsenter --mount="/proc/$pid/ns/mnt" --net="/proc/$pid/ns/net" \
    --uts="/proc/$pid/ns/uts" -- "$dir/bin/kube-proxy" --config="$dir/proxy.yaml"
  await_process kube-proxy on_node nft list table ip kube-proxy
}

start_kubelet() { kubelet up "$dir" "$node" "$(pid_of node)" "$node_address" "$pods"; }

up() {
  local part
  [[ ! -e $dir/address ]] || fail "$dir holds a cluster already"
  command -v nft >/dev/null || fail "nft is missing: scripts/setup.sh installs it"
  mkdir -p "$dir"
  echo "node=$node" >"$dir/node"
  start_node
  connect_node
  control_plane up "$machine_address"
  for part in kube-scheduler kube-proxy; do ln -sf kubectl "$dir/bin/$part"; done
  control_plane kubeconfig system:kube-scheduler >"$dir/scheduler.kubeconfig"
  control_plane kubeconfig system:kube-proxy >"$dir/proxy.kubeconfig"
  start_scheduler
  start_proxy &
  start_kubelet
  wait $!
}

reboot() {
  kubelet clear
  on_node umount /sys/fs/bpf
  on_node mount -t bpf bpf /sys/fs/bpf
  start_kubelet
}

down() {
  [[ -d $dir/run ]] || return 0
  kubelet down
  stop_process kube-proxy KILL
  stop_process kube-scheduler KILL
  stop_process node KILL
  if [[ -n ${interface:-} ]]; then ip link del "$interface" 2>/dev/null || true; fi
  control_plane down
  rm -rf --one-file-system "$dir"
}

command=${1:-}
case $command in
  up | import | on | reboot | down) ;;
  -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
[[ -n ${2:-} ]] || { usage >&2; exit 2; }
dir=$(realpath -m "$2")
node=$(hostname)
if [[ -f $dir/address ]]; then source "$dir/address" && source "$dir/node"; fi
case $command in
  up)
    node=${3:-$node}
    interruptible up
    ;;
  import) interruptible kubelet import "${@:3}" ;;
  on) on_node "${@:3}" ;;
  reboot) interruptible reboot ;;
  down) interruptible down ;;
esac
