# Sourced: Debian's kernels for guests, from its packages. Nothing is installed, and apt's own state
# is left alone: $cache/apt has a state of its own, with sid beside the machine's sources.
# shellcheck shell=bash disable=SC2154,SC2034 # cache, busybox and kernel are the caller's

# A guest needs modules of these folders, and these network drivers.
module_folders=(net lib crypto fs/overlayfs fs/fuse drivers/virtio)
network_drivers=(veth dummy ifb tun netkit nlmon bridge virtio_net net_failover)
unused_protocols=(sunrpc ceph dccp sctp tipc rds batman-adv mac80211 wireless bluetooth openvswitch
  smc mptcp)

apt_state() {
  local apt=$cache/apt
  export APT_CONFIG=$apt/apt.conf
  [[ ! -f $apt/ready || -n $(find "$apt/ready" -mtime +7) ]] || return 0
  echo "guest: reading Debian's lists of packages" >&2
  mkdir -p "$apt"/{sources,preferences,lists/partial,archives/partial}
  cp /etc/apt/sources.list.d/debian.sources "$apt/sources/" 2>/dev/null || true
  { debian_source bookworm-backports && debian_source sid; } >"$apt/sources/skep.list" || return 1
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourceparts "$apt/sources";
Dir::Etc::preferencesparts "$apt/preferences";
APT::Sandbox::User "root";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
CONF
  apt-get -qq update >&2 && touch "$apt/ready"
}

# The newest of what apt offers for a series (6.12), or the very kernel of that name.
newest_offered() {
  apt-cache pkgnames "linux-image-$1" |
    sed -n "s/^linux-image-\(${1//./\\.}\([.-].*\)\?-cloud-amd64\)\$/\1/p" | sort -V | tail -1
}

# kernel_folder KERNEL: sets `kernel` to a folder with vmlinuz and modules.cpio; downloads at need.
# KERNEL is a series (6.1) or a whole name (6.12.117+deb12-cloud-amd64).
kernel_folder() {
  local name
  mkdir -p "$cache/kernels"
  exec 7>"$cache/kernels.lock"
  flock 7
  name=$(find "$cache/kernels" -mindepth 1 -maxdepth 1 -name "$1*-cloud-amd64" -printf '%f\n' |
    grep -E "^${1//./\\.}([.-]|\$)" | sort -V | tail -1) || true
  if [[ -z $name ]]; then
    apt_state || return 126
    name=$(newest_offered "$1")
    [[ -n $name ]] || { echo "guest: Debian offers no kernel $1" >&2; return 123; }
    # Lists of yesterday may name what a newer version replaced: they are read again next time.
    unpack_kernel "$name" || { rm -f "$cache/apt/ready"; return 126; }
  fi
  kernel=$cache/kernels/$name
  exec 7>&-
}

unpack_kernel() {
  local name=$1 new=$cache/kernels/.$1 packages=("linux-image-$1") package
  # Since 6.18 the image is an empty package that depends on these.
  if [[ -n $(apt-cache pkgnames "linux-binary-$name") ]]; then
    packages=("linux-binary-$name" "linux-modules-$name")
  fi
  echo "guest: downloading Linux $name" >&2
  rm -rf "$new"
  mkdir -p "$new/deb"
  (cd "$new/deb" && apt-get -qq download "${packages[@]}" >&2) || return 1
  for package in "$new"/deb/*.deb; do dpkg -x "$package" "$new/all" || return 1; done
  cp "$(find "$new/all" -name 'vmlinuz*' | head -1)" "$new/vmlinuz" || return 1
  choose_modules "$new/all" "$new/chosen" "$name" || return 1
  archive "$new/chosen" >"$new/modules.cpio"
  rm -rf "$new"/{deb,all,chosen}
  mv "$new" "$cache/kernels/$name"
}

choose_modules() {
  local from to=$2/lib/modules/$3 folder driver
  from=$(dirname "$(find "$1" -type d -path '*/lib/modules/*/kernel' | head -1)")
  mkdir -p "$to/kernel/drivers/net"
  for folder in "${module_folders[@]}"; do
    [[ ! -d $from/kernel/$folder ]] || (cd "$from" && cp -r --parents "kernel/$folder" "$to/")
  done
  for driver in "${network_drivers[@]}"; do
    cp "$from/kernel/drivers/net/$driver".ko* "$to/kernel/drivers/net/" 2>/dev/null || true
  done
  for folder in "${unused_protocols[@]}"; do rm -rf "$to/kernel/net/$folder"; done
  # 7.2's packages have no such lists.
  cp "$from"/modules.builtin* "$from/modules.order" "$to/" 2>/dev/null || true
  # busybox loads no compressed ones.
  find "$to" -name '*.ko.xz' -exec xz -d {} +
  "$busybox" depmod -b "$2" "$3" && [[ -e $to/modules.dep ]]
}
