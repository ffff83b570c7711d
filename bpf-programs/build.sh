#!/usr/bin/env bash
# Compiles every NAME.bpf.c of this folder and of the tests to bpf-programs/target/NAME.bpf.o, and
# those that are part of the daemon to bpf-programs/target/daemon/NAME.bpf.o.
# Compiles only what is older than its source, a header or this script.
#
# build.sh programs DIR: the programs that ship into DIR, as the other architecture compiles them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=bpf-programs/target
sources=(bpf-programs/*/*.bpf.c node-daemon/src/main/bpf/*.bpf.c tests/src/test/bpf/*.bpf.c)
includes=(bpf-programs/include tests/src/test/bpf "/usr/include/$(uname -m)-linux-gnu")

case $(uname -m) in
  x86_64) arch=x86 ;;
  aarch64) arch=arm64 ;;
  *) arch=$(uname -m) ;;
esac

if [[ ${1:-} == programs ]]; then
  target=$2
  sources=(bpf-programs/*/*.bpf.c)
  [[ $arch == arm64 ]] && arch=x86 || arch=arm64
fi

for tool in clang llvm-strip; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: scripts/setup.sh installs it" >&2; exit 1; }
done

# Headers change seldom: any of them newer than an object compiles it again.
stale() {
  local object=$1 input
  for input in "$2" "${BASH_SOURCE[0]}" bpf-programs/include/*.h node-daemon/src/main/bpf/*.h \
    tests/src/test/bpf/*; do
    [[ $object -nt $input ]] || return 0
  done
  return 1
}

compiled=0
mkdir -p "$target/daemon"
for source in "${sources[@]}"; do
  object=$target/$(basename "$source" .c).o
  [[ $source != node-daemon/* ]] || object=$target/daemon/$(basename "$source" .c).o
  stale "$object" "$source" || continue
  # The folder of the build goes nowhere into the object: the same source gives the same bytes.
  clang -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$arch -fdebug-compilation-dir=. \
    -Wall -Werror "${includes[@]/#/-I}" -c "$source" -o "$object.new"
  llvm-strip -g "$object.new"
  mv "$object.new" "$object"
  compiled=$((compiled + 1))
done
[[ $compiled -eq 0 ]] || echo "compiled $compiled of ${#sources[@]} eBPF objects to $target"
