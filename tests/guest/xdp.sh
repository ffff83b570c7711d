#!/usr/bin/env bash
# Runs what several XDP programs on one interface are tested with beside the hook suite: frames as fast
# as they come, and the real libxdp of two releases.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/guest/xdp.sh [--classes PATTERN] KERNEL

Boots KERNEL as tests/guest/run.sh does and runs every test class with @Tag("xdp") there, with
tests/baseline/flooder.c and Debian's xdp-loader (bookworm's, whose dispatchers are of version 2, and
sid's, of version 3). Nothing is installed. The tests are what the last build left in
node-daemon/target and bpf-programs/target.

  --classes PATTERN  only test classes whose full name matches (default .*IT)

Exit status: 0 when no test failed, 1 when one did or none ran, or as tests/guest/run.sh says.
TEXT
}

guest_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
root=$(realpath "$guest_dir/../..")
cache=${SKEP_CACHE:-$HOME/.cache/skep}/guest
# shellcheck source=scripts/debian.sh
source "$root/scripts/debian.sh"
# shellcheck source=scripts/jdk.sh
source "$root/scripts/jdk.sh"
# shellcheck source=tests/guest/jre.sh
source "$guest_dir/jre.sh"
# shellcheck source=tests/guest/kernel.sh
source "$guest_dir/kernel.sh"

classes='.*IT'
case ${1:-} in
  -h | --help) usage; exit ;;
  --classes) classes=${2:?PATTERN}; shift 2 ;;
esac
(($# == 1)) || { usage >&2; exit 126; }
kernel=$1

# sid's programs need sid's C library, and are run by its loader.
sid_libraries=(libc6 libbpf1 libelf1t64 zlib1g libzstd1)

unpack() { # unpack TO PACKAGE/SUITE...
  local to=$1 package
  shift
  mkdir -p "$to/deb"
  (cd "$to/deb" && apt-get -qq download "$@" >&2) || return 1
  for package in "$to"/deb/*.deb; do dpkg -x "$package" "$to/all" || return 1; done
}

# libxdp: makes $cache/libxdp/{2,3}, each with a command `run`, once.
libxdp() {
  local new=$cache/libxdp.new
  [[ ! -d $cache/libxdp ]] || return 0
  apt_state || return 126
  rm -rf "$new"
  unpack "$new/2" xdp-tools/bookworm || return 126
  unpack "$new/3" xdp-tools/sid "${sid_libraries[@]/%//sid}" || return 126
  for version in 2 3; do cp "$new/$version/all/usr/sbin/xdp-loader" "$new/$version/"; done
  mkdir "$new/3/lib"
  cp -L "$new"/3/all/usr/lib/*-linux-gnu/{ld-linux-*.so.?,lib{m,c}.so.6,libbpf.so.1,libelf.so.1,libz.so.1,libzstd.so.1} \
    "$new/3/lib/"
  # shellcheck disable=SC2016 # for the shell that runs it
  printf '#!/bin/sh\nexec "$(dirname "$0")/xdp-loader" "$@"\n' >"$new/2/run"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nh=$(dirname "$0")\nexec "$h"/lib/ld-linux-*.so.? --library-path "$h/lib" "$h/xdp-loader" "$@"\n' \
    >"$new/3/run"
  chmod +x "$new"/{2,3}/run
  rm -rf "$new"/{2,3}/{deb,all}
  mv "$new" "$cache/libxdp"
}

clean_up() {
  if [[ -n ${guest:-} ]] && kill "$guest" 2>/dev/null; then wait "$guest" || true; fi
  rm -rf "$work"
}

built=$root/node-daemon/target
[[ -f $built/hook-suite/hook-suite-tests.jar ]] ||
  { echo "not built: mvn package -DskipTests -pl node-daemon -am" >&2; exit 126; }
work=$(mktemp -d "${TMPDIR:-/tmp}/skep-xdp.XXXXXX")
trap clean_up EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
mkdir -p "$work/share/bpf" "$work/out" "$cache"
libxdp
make_jre "$cache"
cp -r "$built"/hook-suite/{lib,hook-suite-tests.jar} "$built/skep/skep.jar" "$cache/libxdp" "$work/share/"
cp "$root"/bpf-programs/target/*.bpf.o "$work/share/bpf/"
gcc -O2 -o "$work/share/flooder" "$root/tests/baseline/flooder.c"
"$guest_dir/run.sh" --share "$work/share" --jre "$jre" --out "$work/out" --timeout 600 "$kernel" \
  java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -Dskep.bpf=bpf \
  -Dskep.flooder=/share/flooder -Dskep.libxdp=/share/libxdp \
  -cp "'hook-suite-tests.jar:skep.jar:lib/*'" dev.skep.node.suite.HookSuite /out/rows "'$classes'" xdp &
guest=$!
wait $guest
awk -F'\t' '!/^#/ { n[$2]++; all++ } END { exit !all || n["fires"] + n["holds"] < all }' "$work/out/rows"
