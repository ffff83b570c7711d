#!/usr/bin/env bash
# Makes a Debian 12 machine ready to build, test and run Skep.
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'TEXT'
usage: scripts/setup.sh

Checks for root, Debian 12, JDK 25, Maven and Go 1.26; says all that is missing before it changes
anything. Then installs the Debian packages that are not there yet (libbpf, bpftool and the kernel's
headers from bookworm-backports), and mounts bpffs and tracefs. Says what it does; says nothing when
there is nothing to do. `make demo` and `make test` run it.
TEXT
  exit
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

source "$root/scripts/prelude.sh"
source "$root/scripts/debian.sh"

# tests only: apache2-utils (htpasswd for a registry with a login), gcc (the C baseline), from
# qemu-system-x86 on what guests with other kernels are made of, redis-server (Argo CD's cache),
# prometheus (promtool)
packages=(clang llvm libelf-dev zlib1g-dev docker-registry apache2-utils jq curl openssl iproute2
  iputils-ping gcc make libc6-dev qemu-system-x86 busybox-static xz-utils containerd runc
  containernetworking-plugins nftables redis-server git prometheus)
# Debian 12's own libbpf knows no TCX, and its kernel headers are 6.1's.
backports=(libbpf1 libbpf-dev bpftool linux-libc-dev)
declare -A at_least=([libbpf1]=1:1.3 [libbpf-dev]=1:1.3 [linux-libc-dev]=6.6)

say() { echo "setup: $*"; }

check_system() {
  local name
  name=$(. /etc/os-release && echo "$ID $VERSION_ID")
  [[ $name == "debian 12" ]] && return
  cat >&2 <<TEXT
setup: this is ${name}; packages are installed by this script on Debian 12 only. Install these, by
the names they have on your system, and mount bpffs at /sys/fs/bpf; nothing was changed:
  ${packages[*]}
  libbpf 1.3 or later with its headers, bpftool, Linux headers of 6.6 or later
TEXT
  exit 1
}

check_machine() {
  if ((EUID != 0)); then
    echo "setup: root is needed, to load eBPF programs and install packages; nothing was changed" >&2
    exit 1
  fi
  if [[ ! -r /sys/kernel/btf/vmlinux ]]; then
    echo "setup: this kernel has no BTF (/sys/kernel/btf/vmlinux): use one with CONFIG_DEBUG_INFO_BTF" >&2
    exit 1
  fi
}

# Go keeps modules and its own cache below the home folder: Kubernetes, Argo CD and Helm take 10 GiB.
check_space() {
  local cache=${SKEP_CACHE:-$HOME/.cache/skep} free
  compgen -G "$cache/kube/*/skep-kube" >/dev/null && return
  free=$(df --output=avail -BG "$HOME" | tail -1 | tr -dc 0-9)
  ((free >= 10)) && return
  echo "setup: $HOME has $free GiB left; compiling Kubernetes and Argo CD takes 10; nothing was changed" >&2
  exit 1
}

installed() {
  local package=$1 state version
  read -r state version < <(dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$package" 2>/dev/null || true)
  [[ ${state:-} == installed ]] || return 1
  [[ -z ${at_least[$package]:-} ]] || dpkg --compare-versions "$version" ge "${at_least[$package]}"
}

not_installed() {
  local package
  for package in "$@"; do installed "$package" || printf '%s ' "$package"; done
}

add_backports() {
  local list=/etc/apt/sources.list.d/skep-backports.list
  grep -qs '^[^#]*bookworm-backports' /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} &&
    return
  say "adding bookworm-backports to apt ($list)"
  debian_source bookworm-backports >"$list.new" || { rm -f "$list.new"; exit 1; }
  mv "$list.new" "$list"
}

# Debian starts a service that it installs; nobody here asked for a registry on port 5000, a Redis
# on 6379 or a Prometheus on 9090.
without_services() {
  local policy=/usr/sbin/policy-rc.d ours=
  if [[ ! -e $policy ]]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  # On exit too: with it left behind, no service of this machine would start any more.
  [[ -z $ours ]] || trap "rm -f $policy" EXIT
  "$@"
  [[ -z $ours ]] || rm -f "$policy"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1 || { tail -5 "$log" >&2; exit 1; }
}

install_packages() {
  local missing missing_backports log
  read -ra missing <<<"$(not_installed "${packages[@]}")"
  read -ra missing_backports <<<"$(not_installed "${backports[@]}")"
  [[ -n ${missing[*]}${missing_backports[*]} ]] || return 0
  log=$(mktemp /tmp/skep-setup.XXXXXX)
  say "installing ${missing[*]} ${missing_backports[*]} (output: $log)"
  [[ -z ${missing_backports[*]} ]] || add_backports
  apt-get update -qq >>"$log" 2>&1 || { tail -5 "$log" >&2; exit 1; }
  # The newer headers first: libc6-dev is content with them, and nothing is replaced twice.
  [[ -z ${missing_backports[*]} ]] || apt_install -t bookworm-backports "${missing_backports[@]}"
  [[ -z ${missing[*]} ]] || without_services apt_install "${missing[@]}"
  local service
  for service in docker-registry redis-server prometheus; do
    [[ " ${missing[*]} " != *" $service "* ]] ||
      update-rc.d "$service" disable >>"$log" 2>&1 || true
  done
  rm -f "$log"
}

mount_once() {
  local type=$1 target=$2
  [[ $(stat -f -c %T "$target" 2>/dev/null) == "$3" ]] && return
  say "mounting $type at $target"
  mount -t "$type" "$type" "$target"
}

check_machine
check_system
check_space
source "$root/scripts/toolchain.sh"
install_packages
mount_once bpf /sys/fs/bpf bpf_fs
mount_once tracefs /sys/kernel/tracing tracefs
