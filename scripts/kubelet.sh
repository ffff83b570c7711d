#!/usr/bin/env bash
# Lets this machine be a node that runs pods: containerd and a kubelet beside a control plane of
# control-plane.sh. Both see mounts of their own; control groups, bridge and files are below names
# of their own too, so that `down` leaves nothing.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/kubelet.sh COMMAND

  up DIR CLUSTER NODE   starts containerd and the kubelet of NODE in the control plane of folder
                        CLUSTER; keys, images, logs and process ids are in DIR
  down DIR              ends them and every pod, and removes DIR

Pods run the image localhost/busybox:1, which has /bin/busybox and nothing else. There is no
scheduler: a pod names its node. Debian's packages: containerd, runc, containernetworking-plugins.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
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
            "ranges": [[{"subnet": "10.231.78.0/24"}]]}}]}
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
address: 127.0.0.1
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

up() {
  local hierarchy
  for tool in containerd runc ctr; do
    command -v "$tool" >/dev/null || fail "$tool is missing: scripts/setup.sh installs it"
  done
  [[ -x $cluster/bin/kubectl ]] || fail "$cluster is no folder of scripts/control-plane.sh"
  mkdir -p "$dir"/{bin,run,logs,cni,pods,kubelet}
  # Names of interfaces have 15 letters.
  printf 'name=skep-kubelet-%s\nbridge=skepbr%s\nkubelet_port=%s\nhealth_port=%s\n' \
    $$ $$ "$(free_port)" "$(free_port)" >"$dir/names"
  source "$dir/names"
  cat /proc/sys/net/ipv4/ip_forward >"$dir/ip_forward"
  "$root/scripts/control-plane.sh" kubeconfig "$cluster" "system:node:$node" system:nodes \
    >"$dir/kubeconfig"
  containerd_config >"$dir/containerd.toml"
  network_config >"$dir/cni/10-bridge.conflist"
  kubelet_config >"$dir/kubelet.yaml"
  make_image
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*/; do
    [[ ! -e $hierarchy/cgroup.procs ]] || mkdir -p "$hierarchy/$name"
  done
  # shellcheck disable=SC2016
  start_process containerd unshare --mount --propagation private \
    sh -c 'mount --make-rshared / && exec containerd --config "$1"' sh "$dir/containerd.toml"
  await_process containerd ctr -a "$dir/containerd.sock" version
  ctr_ images import --digests=false "$dir/image.tar" >/dev/null
  ln -sf "$(readlink -f "$cluster/bin/kubectl")" "$dir/bin/kubelet"
  start_process kubelet nsenter --mount="/proc/$(pid_of containerd)/ns/mnt" -- \
    "$dir/bin/kubelet" --config="$dir/kubelet.yaml" --kubeconfig="$dir/kubeconfig" \
    --root-dir="$dir/kubelet" --cert-dir="$dir/kubelet/pki" --hostname-override="$node"
  await_process kubelet ready
}

ready() {
  [[ $("$cluster/bin/kubectl" --kubeconfig "$cluster/kubeconfig" get node "$node" \
    -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

down() {
  local task group path
  [[ -f $dir/names ]] || return 0
  source "$dir/names"
  stop_process kubelet
  if pid_of containerd >/dev/null; then
    for task in $(ctr_ tasks ls -q); do ctr_ tasks kill -s KILL "$task" || true; done
    for task in $(ctr_ tasks ls -q); do ctr_ tasks delete -f "$task" || true; done
    for task in $(ctr_ containers ls -q); do ctr_ containers delete "$task" || true; done
  fi >/dev/null 2>&1
  stop_process containerd
  ip link del "$bridge" 2>/dev/null || true
  for group in $(groups); do
    for _ in {1..50}; do
      [[ -d $group ]] || break
      find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
      [[ ! -d $group ]] || sleep 0.1
    done
  done
  cat "$dir/ip_forward" >/proc/sys/net/ipv4/ip_forward
  # What was mounted below it was so for the two processes only, unless one is left.
  for path in $(awk -v dir="$dir/" 'index($2, dir) == 1 {print $2}' /proc/self/mounts | sort -r); do
    umount -l "$path" || true
  done
  rm -rf --one-file-system "$dir"
}

command=${1:-}
case $command in
  up | down) ;;
  -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
[[ -n ${2:-} ]] || { usage >&2; exit 2; }
dir=$(realpath -m "$2")
case $command in
  up)
    cluster=$(realpath -m "${3:?CLUSTER}")
    node=${4:?NODE}
    up
    ;;
  down) down ;;
esac
