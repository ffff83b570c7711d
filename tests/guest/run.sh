#!/usr/bin/env bash
# Runs a command on another kernel: in a throw-away QEMU guest.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/guest/run.sh [OPTION...] KERNEL COMMAND...

Boots KERNEL, a series of Debian's (6.1, 6.12, 7.2) or a whole name (6.12.117+deb12-cloud-amd64), and
runs COMMAND there by sh -c as root, with its output here. Every boot is the same and clean: the
guest has no disk and sees nothing of this machine. There: busybox, bash, ip, tc, bpftool, libbpf;
proc, sys, bpffs, tracefs and cgroup2 (/sys/fs/cgroup) mounted.

  --share DIR     DIR is /share there, and the working folder; changes are lost
  --jre DIR       a Java runtime: DIR is /jre there, and java in the PATH
  --out DIR       what COMMAND leaves in /out comes to DIR here
  --network       a network card; 10.0.2.2 there is this machine's loopback
  --memory SIZE   1024M unless told
  --timeout S     the guest is ended after S seconds (300 unless told)
  --console FILE  what the kernel prints there

examples:
  tests/guest/run.sh 6.1 uname -r
  tests/guest/run.sh --share bpf-programs/target 6.12 'bpftool prog load tp.bpf.o /sys/fs/bpf/tp'

Kernels are downloaded once, from Debian's packages, and kept in $SKEP_CACHE/guest (default
~/.cache/skep/guest). Exit status: that of COMMAND; 123 Debian offers no such kernel; 124 timeout; 125
the guest ended without one (its kernel panicked, say); 126 no guest could be made.
TEXT
}

guest_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
cache=${SKEP_CACHE:-$HOME/.cache/skep}/guest
# shellcheck source=scripts/debian.sh
source "$guest_dir/../../scripts/debian.sh"
# shellcheck source=tests/guest/archives.sh
source "$guest_dir/archives.sh"
# shellcheck source=tests/guest/kernel.sh
source "$guest_dir/kernel.sh"

fail() { echo "guest: $*" >&2; exit 126; }

share='' jre='' out='' network='' memory=1024M timeout=300 console=''

read_options() {
  while [[ ${1:-} == -* ]]; do
    case $1 in
      -h | --help) usage; exit ;;
      --network) network=yes; shift; continue ;;
      --share | --jre | --out | --memory | --timeout | --console) ;;
      *) usage >&2; exit 126 ;;
    esac
    [[ -n ${2:-} ]] || fail "$1 needs a value"
    printf -v "${1#--}" %s "$2"
    shift 2
  done
  (($# >= 2)) || { usage >&2; exit 126; }
  series=$1
  shift
  command=$*
}

check_machine() {
  local program
  for program in qemu-system-x86_64 busybox xz "${guest_programs[@]}"; do
    command -v "$program" >/dev/null || fail "$program is missing: scripts/setup.sh installs it"
  done
  busybox=$(command -v busybox)
}

# The memory disk: base, modules, Java, and what differs from run to run.
make_disk() {
  local parts=() key mine=$work/mine
  cached base "$(base_key)" base_archive
  parts+=("$cached" "$kernel/modules.cpio")
  if [[ -n $jre ]]; then
    key=$(find "$jre" -type f -printf '%P %s %T@\n' | sort)
    cached jre "$key" folder_archive "$jre" jre
    parts+=("$cached")
  fi
  mkdir -p "$mine"
  printf '%s\n' "$command" >"$mine/command"
  archive "$mine" >"$work/mine.cpio"
  parts+=("$work/mine.cpio")
  if [[ -n $share ]]; then
    folder_archive "$share" share >"$work/share.cpio"
    parts+=("$work/share.cpio")
  fi
  cat "${parts[@]}" >"$work/disk"
}

# One thread for all virtual CPUs: with more, QEMU 7.2 lets one run into kernel text that another is
# just patching, and the guest panics.
boot() {
  local append="console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off random.trust_cpu=on"
  local card=()
  append+=" nowatchdog tsc=unstable audit=0"
  if [[ -n $network ]]; then
    card=(-nic 'user,model=virtio-net-pci')
    append+=" skep.network net.ifnames=0"
  fi
  mkfifo "$work/output"
  cat "$work/output" &
  printer=$!
  # Killed with this script, however that ends.
  setpriv --pdeathsig KILL qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -M q35 \
    -accel tcg,thread=single -cpu max -smp 2 -m "$memory" "${card[@]}" \
    -kernel "$kernel/vmlinuz" -initrd "$work/disk" -append "$append" \
    -chardev "file,id=console,path=$console" -serial chardev:console \
    -chardev "file,id=output,path=$work/output" -serial chardev:output \
    -chardev "file,id=out,path=$work/out.tar" -serial chardev:out \
    -chardev "file,id=status,path=$work/status" -serial chardev:status \
    </dev/null 2>"$work/qemu.log" &
  qemu=$!
}

# Also ends a guest whose command never ends, and one whose caller was told to stop.
clean_up() {
  [[ -z ${qemu:-} ]] || kill -KILL "$qemu" 2>/dev/null || true
  [[ -z ${printer:-} ]] || kill "$printer" 2>/dev/null || true
  rm -rf "$work"
}

await_end() {
  local deadline=$((SECONDS + timeout))
  while kill -0 "$qemu" 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      echo "guest: not done after $timeout s" >&2
      show_console
      exit 124
    fi
    sleep 0.1
  done
  # A QEMU that did not come so far as to open it leaves the printer waiting for a writer.
  : 1<>"$work/output"
  wait "$printer" || true
}

show_console() {
  cat "$work/qemu.log" >&2
  [[ ! -f $console ]] || tail -40 "$console" >&2
}

result() {
  local status
  if [[ -n $out && -s $work/out.tar ]]; then
    mkdir -p "$out"
    tar -C "$out" -xf "$work/out.tar"
  fi
  touch "$work/status"
  status=$(tr -dc 0-9 <"$work/status")
  [[ -z $status ]] || return "$status"
  echo "guest: it ended without a status" >&2
  show_console
  return 125
}

read_options "$@"
check_machine
mkdir -p "$cache"
work=$(mktemp -d "${TMPDIR:-/tmp}/skep-guest.XXXXXX")
trap clean_up EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
kernel_folder "$series" || exit
[[ -n $console ]] || console=$work/console
make_disk
boot
await_end
result
