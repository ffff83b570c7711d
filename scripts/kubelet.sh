#!/usr/bin/env bash
# Lets this machine be a node that runs pods: containerd and a kubelet beside a control plane of
# control-plane.sh. Both see mounts of their own; control groups, bridge and files are below names
# of their own too, so that `down` leaves nothing.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/kubelet.sh COMMAND

  up DIR CLUSTER NODE [PID ADDRESS SUBNET]
                        starts containerd and the kubelet of NODE in the control plane of folder
                        CLUSTER; keys, images, logs and process ids are in DIR. With PID they are in
                        the mount, network and UTS namespaces of that process, the node has ADDRESS
                        there, and its pods are in SUBNET
  import DIR TAR...     gives containerd the images in archives, as `docker save` and Jib make them
  clear DIR             ends the kubelet, containerd and every pod; up with the same arguments goes on
  down DIR              the same, and removes DIR

Pods can run the image localhost/busybox:1, which has /bin/busybox and nothing else. There is no
scheduler: a pod names its node (but for scripts/cluster.sh, which starts one). Debian's packages:
containerd, runc, containernetworking-plugins.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/prelude.sh"
source "$root/scripts/processes.sh"
image=localhost/busybox:1

fail() { echo "kubelet: $*" >&2; exit 1; }

ctr_() { timeout 20 ctr -a "$dir/containerd.sock" -n k8s.io "$@"; }

containerd_config() {
  cat <<TOML
version = 2
root = "$dir/containerd/root"
state = "$dir/containerd/state"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "$dir/containerd.sock"
[ttrpc]
  address = "$dir/containerd.sock.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "$dir/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$image"
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  # Not every root may lower a process's score.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
TOML
}

network_config() {
  cat <<JSON
{"cniVersion": "0.4.0", "name": "$name", "plugins": [
  {"type": "bridge", "bridge": "$bridge", "isGateway": true, "ipMasq": false,
   "ipam": {"type": "host-local", "dataDir": "$dir/cni-addresses",
            "ranges": [[{"subnet": "$subnet"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}}]}
JSON
}

kubelet_config() {
  cat <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://$dir/containerd.sock
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupRoot: /$name
enforceNodeAllocatable: [none]
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: "$cluster/pki/ca.crt"}}
authorization: {mode: AlwaysAllow}
address: $address
port: $kubelet_port
healthzPort: $health_port
podLogsDir: $dir/pods
volumePluginDir: $dir/kubelet/plugins
resolvConf: ""
evictionHard: {}
imageGCHighThresholdPercent: 100
makeIPTablesUtilChains: false
YAML
}

# An archive of one layer, as `docker save` makes one.
make_image() {
  local work=$dir/image layer
  mkdir -p "$work/root/bin"
  cp /bin/busybox "$work/root/bin/busybox"
  tar -C "$work/root" --owner=0 --group=0 --mtime=@0 --sort=name -cf "$work/layer.tar" bin
  layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  cat >"$work/config.json" <<JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux",
 "config": {"Entrypoint": ["/bin/busybox", "sleep", "2147483647"], "WorkingDir": "/"},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]}}
JSON
  echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$image\"], \"Layers\": [\"layer.tar\"]}]" \
    >"$work/manifest.json"
  tar -C "$work" -cf "$dir/image.tar" layer.tar config.json manifest.json
}

# Every hierarchy has control groups below our name.
groups() { compgen -G "/sys/fs/cgroup/$name" || compgen -G "/sys/fs/cgroup/*/$name" || true; }

prepare() {
  local tool
  for tool in containerd runc ctr; do
    command -v "$tool" >/dev/null || fail "$tool is missing: scripts/setup.sh installs it"
  done
  [[ -x $cluster/bin/kubectl ]] || fail "$cluster is no folder of scripts/control-plane.sh"
  mkdir -p "$dir"/{bin,run,logs,cni,pods,kubelet}
  # Names of interfaces have 15 letters.
  printf 'name=skep-kubelet-%s\nbridge=skepbr%s\nkubelet_port=%s\nhealth_port=%s\n' \
    $$ $$ "$(free_port)" "$(free_port)" >"$dir/names"
  source "$dir/names"
  if [[ -z $namespaces ]]; then cat /proc/sys/net/ipv4/ip_forward >"$dir/ip_forward"; fi
  "$root/scripts/control-plane.sh" kubeconfig "$cluster" "system:node:$node" system:nodes \
    >"$dir/kubeconfig"
  containerd_config >"$dir/containerd.toml"
  network_config >"$dir/cni/10-bridge.conflist"
  kubelet_config >"$dir/kubelet.yaml"
  ln -sf "$(readlink -f "$cluster/bin/kubectl")" "$dir/bin/kubelet"
  make_image
}

up() {
  local hierarchy first=
  [[ -f $dir/names ]] || { prepare; first=yes; }
  source "$dir/names"
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*/; do
    [[ ! -e $hierarchy/cgroup.procs ]] || mkdir -p "$hierarchy/$name"
  done
  if [[ -n $namespaces ]]; then
    start_process containerd "${enter[@]}" containerd --config "$dir/containerd.toml"
  else
    # shellcheck disable=SC2016
    start_process containerd unshare --mount --propagation private \
      sh -c 'mount --make-rshared / && exec containerd --config "$1"' sh "$dir/containerd.toml"
  fi
  await_process containerd ctr -a "$dir/containerd.sock" version
  [[ -z $first ]] || import "$dir/image.tar"
  if [[ -z $namespaces ]]; then enter=(nsenter --mount="/proc/$(pid_of containerd)/ns/mnt" --); fi
  start_process kubelet "${enter[@]}" \
    "$dir/bin/kubelet" --config="$dir/kubelet.yaml" --kubeconfig="$dir/kubeconfig" \
    --root-dir="$dir/kubelet" --cert-dir="$dir/kubelet/pki" --hostname-override="$node" \
    ${namespaces:+--node-ip="$address"}
  await_process kubelet ready
}

import() {
  local archive
  for archive in "$@"; do ctr_ images import --digests=false "$archive" >/dev/null; done
}

ready() {
  [[ $("$cluster/bin/kubectl" --kubeconfig "$cluster/kubeconfig" get node "$node" \
    -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

# Ends the kubelet, containerd, every pod, and the control groups of all.
clear_pods() {
  local task group
  stop_process kubelet
  if pid_of containerd >/dev/null; then
    for task in $(ctr_ tasks ls -q); do ctr_ tasks kill -s KILL "$task" || true; done
    for task in $(ctr_ tasks ls -q); do ctr_ tasks delete -f "$task" || true; done
    for task in $(ctr_ containers ls -q); do ctr_ containers delete "$task" || true; done
  fi >/dev/null 2>&1
  stop_process containerd
  for group in $(groups); do
    for _ in {1..50}; do
      [[ -d $group ]] || break
      find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
      [[ ! -d $group ]] || sleep 0.1
    done
  done
}

down() {
  local path
  [[ -f $dir/names ]] || return 0
  clear_pods
  # In namespaces of their own bridge and setting go with these.
  if [[ -f $dir/ip_forward ]]; then
    ip link del "$bridge" 2>/dev/null || true
    cat "$dir/ip_forward" >/proc/sys/net/ipv4/ip_forward
  fi
  # What was mounted below it was so for the two processes only, unless one is left.
  for path in $(awk -v dir="$dir/" 'index($2, dir) == 1 {print $2}' /proc/self/mounts | sort -r); do
    umount -l "$path" || true
  done
  rm -rf --one-file-system "$dir"
}

command=${1:-}
case $command in
  up | import | clear | down) ;;
  -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
[[ -n ${2:-} ]] || { usage >&2; exit 2; }
dir=$(realpath -m "$2")
if [[ -f $dir/names ]]; then source "$dir/names"; fi
case $command in
  up)
    cluster=$(realpath -m "${3:?CLUSTER}")
    node=${4:?NODE}
    namespaces=${5:-} address=${6:-127.0.0.1} subnet=${7:-10.231.78.0/24}
    enter=(nsenter --mount="/proc/$namespaces/ns/mnt" --net="/proc/$namespaces/ns/net"
      --uts="/proc/$namespaces/ns/uts" --)
    interruptible up
    ;;
  import) interruptible import "${@:3}" ;;
  clear) interruptible clear_pods ;;
  down) interruptible down ;;
esac
