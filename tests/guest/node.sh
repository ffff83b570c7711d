#!/usr/bin/env bash
# Runs the node daemon on another kernel, as a node of a cluster whose API server is on this machine.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/guest/node.sh KERNEL NODE KUBECONFIG MIRROR

Boots KERNEL as tests/guest/run.sh does and runs `skep serve` there until this script is ended. In
KUBECONFIG and MIRROR this machine's loopback is 10.0.2.2, as the guest sees it. The daemon is what
the last build left in node-daemon/target; its log is this script's output.

example:
  tests/guest/node.sh 6.1 guest-6-1 guest.kubeconfig http://10.0.2.2:8080
TEXT
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage; exit; fi
(($# == 4)) || { usage >&2; exit 126; }
series=$1 node=$2 kubeconfig=$3 mirror=$4

guest_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
root=$(realpath "$guest_dir/../..")
# shellcheck source=scripts/jdk.sh
source "$root/scripts/jdk.sh"
# shellcheck source=tests/guest/jre.sh
source "$guest_dir/jre.sh"

share=$(mktemp -d "${TMPDIR:-/tmp}/skep-node.XXXXXX")
trap '[[ -z ${guest:-} ]] || { kill "$guest" && wait "$guest"; } 2>/dev/null || true; rm -rf "$share"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

cp -r "$root/node-daemon/target/skep/"{skep.jar,lib} "$share/"
cp "$kubeconfig" "$share/kubeconfig"
make_jre "${SKEP_CACHE:-$HOME/.cache/skep}/guest"
# An hour: a guest that is forgotten ends.
setpriv --pdeathsig TERM "$guest_dir/run.sh" --network --share "$share" --jre "$jre" --timeout 3600 \
  "$series" java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -jar skep.jar serve \
  --node-name "$node" --kubeconfig kubeconfig --mirror "$mirror" --state-dir /var/lib/skep &
guest=$!
wait "$guest"
