#!/usr/bin/env bash
# A real Kubernetes control plane on this machine's loopback: etcd, kube-apiserver and
# kube-controller-manager, as processes, without containers. Tests use it; scripts/cluster.sh makes
# a cluster with pods of it.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/control-plane.sh COMMAND

  build                      compiles Kubernetes and etcd into one binary, when it is not there yet
  up DIR [ADDRESS]           starts what does not run; keys, data, logs and process ids are in DIR.
                             With an address of this machine the API server is there and not at
                             the loopback, and pods can reach it
  stop DIR [PART]            stops PART (etcd, kube-apiserver, kube-controller-manager) or all
  down DIR                   stops all and removes DIR
  node DIR NAME              makes a Node object, as a kubelet would
  kubeconfig DIR USER [GROUP]  prints a kubeconfig with a client certificate of USER

After up: DIR/kubeconfig (cluster administrator), DIR/bin/kubectl.
SKEP_CACHE (default ~/.cache/skep) holds the binary, SKEP_API_PORT chooses the API server's port
(default: a free one).
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/prelude.sh"
source "$root/scripts/processes.sh"
source "$root/scripts/go-binary.sh"
source_dir=$root/tests/control-plane
parts=(etcd kube-apiserver kube-controller-manager)

binary() { go_binary "$source_dir" kube skep-kube; }

build() {
  local version
  version=$(sed -n 's|^\tk8s.io/kubernetes ||p' "$source_dir/go.mod")
  build_go_binary "$source_dir" "$(binary)" "control plane" \
    "Kubernetes $version (on 2 cores 7 minutes the first time)" \
    "-X k8s.io/component-base/version.gitVersion=$version"
}

# --- keys ----------------------------------------------------------------------------------------

quiet() { openssl "$@" 2>/dev/null; }

make_ca() {
  mkdir -p "$dir/pki"
  quiet req -x509 -newkey rsa:2048 -nodes -keyout "$dir/pki/ca.key" -out "$dir/pki/ca.crt" \
    -days 3650 -subj /CN=skep-test-ca -addext basicConstraints=critical,CA:true \
    -addext keyUsage=critical,keyCertSign,digitalSignature
}

# RSA everywhere: the Java client of this project cannot read elliptic curve keys.
make_certificate() {
  local name=$1 subject=$2 usage=$3 extra=${4:-}
  quiet req -newkey rsa:2048 -nodes -keyout "$dir/pki/$name.key" -out "$dir/pki/$name.csr" \
    -subj "$subject"
  quiet x509 -req -in "$dir/pki/$name.csr" -CA "$dir/pki/ca.crt" -CAkey "$dir/pki/ca.key" \
    -set_serial "0x$(openssl rand -hex 8)" -days 3650 -out "$dir/pki/$name.crt" -extfile <(
      printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n%s\n' "$usage" "$extra")
  rm -f "$dir/pki/$name.csr"
}

make_keys() {
  make_ca
  # 10.0.2.2 is what a guest calls this machine's loopback (tests/guest).
  make_certificate apiserver /CN=kube-apiserver serverAuth \
    "subjectAltName=DNS:localhost,DNS:kubernetes.default.svc,IP:$api_address,IP:10.96.0.1,IP:10.0.2.2" &
  make_certificate admin /O=system:masters/CN=admin clientAuth &
  make_certificate controller-manager /CN=system:kube-controller-manager clientAuth &
  (quiet genrsa -out "$dir/pki/sa.key" 2048 \
    && quiet rsa -in "$dir/pki/sa.key" -pubout -out "$dir/pki/sa.pub") &
  wait
}

# A kubeconfig that holds its keys, so that it can be copied and handed on.
print_kubeconfig() {
  local name=$1
  inline() { base64 -w0 "$dir/pki/$1"; }
  cat <<YAML
apiVersion: v1
kind: Config
clusters:
- name: skep
  cluster: {server: "https://$api_address:$api_port", certificate-authority-data: $(inline ca.crt)}
users:
- name: $name
  user: {client-certificate-data: $(inline "$name.crt"), client-key-data: $(inline "$name.key")}
contexts:
- name: skep
  context: {cluster: skep, user: $name}
current-context: skep
YAML
}

# --- processes -----------------------------------------------------------------------------------

# A part is the one binary under the part's name.
start() { start_process "$1" "$dir/bin/$1" "${@:2}"; }

start_etcd() {
  start etcd --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$etcd_port" \
    --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-cluster "default=http://127.0.0.1:$peer_port"
  await_process etcd curl -sf "http://127.0.0.1:$etcd_port/health"
}

start_kube-apiserver() {
  local endpoint=(--advertise-address="$api_address")
  # No endpoint of its own in a cluster without pods: it may not be a loopback address.
  if [[ $api_address == 127.* ]]; then endpoint=(--endpoint-reconciler-type=none); fi
  start kube-apiserver --etcd-servers="http://127.0.0.1:$etcd_port" \
    --bind-address="$api_address" --secure-port="$api_port" "${endpoint[@]}" \
    --kubelet-client-certificate="$dir/pki/admin.crt" --kubelet-client-key="$dir/pki/admin.key" \
    --kubelet-preferred-address-types=InternalIP --client-ca-file="$dir/pki/ca.crt" \
    --tls-cert-file="$dir/pki/apiserver.crt" --tls-private-key-file="$dir/pki/apiserver.key" \
    --service-account-key-file="$dir/pki/sa.pub" \
    --service-account-signing-key-file="$dir/pki/sa.key" \
    --service-account-issuer=https://kubernetes.default.svc --authorization-mode=Node,RBAC \
    --enable-admission-plugins=NodeRestriction --service-cluster-ip-range=10.96.0.0/16 \
    --allow-privileged
  await_process kube-apiserver \
    curl -sf --cacert "$dir/pki/ca.crt" "https://$api_address:$api_port/readyz"
}

start_kube-controller-manager() {
  local without=,-node-ipam-controller
  # Nodes without a kubelet: the lifecycle controller would take them for dead and taint them.
  if [[ $api_address == 127.* ]]; then without+=,-node-lifecycle-controller; fi
  start kube-controller-manager --kubeconfig="$dir/controller-manager.kubeconfig" \
    --root-ca-file="$dir/pki/ca.crt" --service-account-private-key-file="$dir/pki/sa.key" \
    --use-service-account-credentials --leader-elect=false --bind-address=127.0.0.1 \
    --secure-port="$controllers_port" --cert-dir="$dir/run" \
    --controllers="*$without"
  await_process kube-controller-manager \
    curl -skf "https://127.0.0.1:$controllers_port/healthz"
}

up() {
  local part
  [[ -x $(binary) ]] || build
  mkdir -p "$dir"/{bin,run,logs}
  for part in "${parts[@]}" kubectl; do ln -sf "$(binary)" "$dir/bin/$part"; done
  if [[ ! -f $dir/ports ]]; then
    make_keys
    printf 'api_address=%s\napi_port=%s\netcd_port=%s\npeer_port=%s\ncontrollers_port=%s\n' \
      "$api_address" "${SKEP_API_PORT:-$(free_port)}" "$(free_port)" "$(free_port)" "$(free_port)" >"$dir/ports"
    source "$dir/ports"
    print_kubeconfig admin >"$dir/kubeconfig"
    print_kubeconfig controller-manager >"$dir/controller-manager.kubeconfig"
    chmod 600 "$dir"/*kubeconfig
  fi
  source "$dir/ports"
  for part in "${parts[@]}"; do pid_of "$part" >/dev/null || "start_$part"; done
}

# Killed, not asked: they would first wait for their watchers to leave. What etcd wrote is with the
# kernel already, and outlives the process.
stop() {
  local part
  for part in "$@"; do stop_process "$part" KILL; done
}

node() {
  "$dir/bin/kubectl" --kubeconfig "$dir/kubeconfig" apply -f - <<YAML
apiVersion: v1
kind: Node
metadata:
  name: $1
  labels:
    kubernetes.io/os: linux
    kubernetes.io/arch: $(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
    kubernetes.io/hostname: $1
YAML
}

kubeconfig() {
  local user=$1 group=${2:-} name
  name=user-$(printf '%s' "$user" | tr -c 'A-Za-z0-9-' -)
  source "$dir/ports"
  make_certificate "$name" "${group:+/O=$group}/CN=$user" clientAuth
  print_kubeconfig "$name"
}

command=${1:-}
case $command in
  build) interruptible build; exit ;;
  up | stop | down | node | kubeconfig) ;;
  -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
[[ -n ${2:-} ]] || { usage >&2; exit 2; }
dir=$(realpath -m "$2")
case $command in
  up)
    api_address=${3:-127.0.0.1}
    interruptible up
    ;;
  stop) if [[ -n ${3:-} ]]; then stop "$3"; else stop "${parts[@]}"; fi ;;
  down) stop "${parts[@]}"; if [[ -f $dir/ports ]]; then rm -rf "$dir"; fi ;;
  node) node "${3:?NAME of the node}" ;;
  kubeconfig) kubeconfig "${3:?USER}" "${4:-}" ;;
esac
