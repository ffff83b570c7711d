#!/usr/bin/env bash
# Runs the hook suite, every test class with @Tag("hook") or @Tag("kernel"), on this machine's kernel
# or another one.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/guest/hooks.sh [--classes PATTERN] [--rows FILE] KERNEL

KERNEL is `host`, or what tests/guest/run.sh takes: 6.1, 6.12, 7.2. Prints each test as it ends, and
how many fire or hold, are incompatible with that kernel, or fail. The suite is what the last build left in
node-daemon/target and bpf-programs/target.

  --classes PATTERN  only test classes whose full name matches (default .*IT)
  --rows FILE        one line for each test: name, outcome, reason, programs, with tabs between;
                     before them a comment with the kernel's release
  --capabilities A,B the daemon's code has these of root's powers only (BPF,PERFMON)
  --tags TAGS        of classes, as JUnit takes them (default: hook | kernel)
  --baseline FILE    what C with libbpf alone does with each program (tests/baseline/attachable.c)

examples:
  mvn -q package -DskipTests -pl node-daemon -am && tests/guest/hooks.sh 6.1
  tests/guest/hooks.sh --classes '.*EveryHookIT' host

Exit status: 0 when no test failed, 1 when one did, or as tests/guest/run.sh says.
TEXT
}

guest_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
root=$(realpath "$guest_dir/../..")
cache=${SKEP_CACHE:-$HOME/.cache/skep}/guest
# shellcheck source=scripts/jdk.sh
source "$root/scripts/jdk.sh"
# shellcheck source=tests/guest/jre.sh
source "$guest_dir/jre.sh"

# One-shot: what C2 gains is gone before it is done.
java_flags=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED)
classes='.*IT' rows='' baseline='' capabilities='' tags='hook | kernel'

read_options() {
  while [[ ${1:-} == -* ]]; do
    case $1 in
      -h | --help) usage; exit ;;
      --classes) classes=${2:?PATTERN} ;;
      --rows) rows=${2:?FILE} ;;
      --capabilities) capabilities=${2:?A,B} ;;
      --tags) tags=${2:?TAGS} ;;
      --baseline) baseline=${2:?FILE} ;;
      *) usage >&2; exit 126 ;;
    esac
    shift 2
  done
  (($# == 1)) || { usage >&2; exit 126; }
  kernel=$1
}

make_share() {
  local built=$root/node-daemon/target
  if [[ ! -f $built/hook-suite/hook-suite-tests.jar ]]; then
    echo "not built: mvn package -DskipTests -pl node-daemon -am" >&2
    exit 126
  fi
  mkdir -p "$share/bpf" "$work/out"
  cp -r "$built"/hook-suite/{lib,hook-suite-tests.jar} "$built/skep/skep.jar" "$share/"
  cp "$root"/bpf-programs/target/*.bpf.o "$share/bpf/"
  # Seconds of verification, minutes where the processor is emulated, and no hook of its own.
  rm "$share/bpf/slow.bpf.o"
  [[ -z $baseline ]] || gcc -O2 -Wall -o "$share/attachable" "$root/tests/baseline/attachable.c" -lbpf
}

# commands JAVA OUT: what runs, for a shell in the share; results are files in the folder OUT.
commands() {
  # What Debian's kernel asks more than upstream's; docs/capabilities.md tells of it.
  [[ -z $capabilities || $kernel == host ]] || printf 'echo 2 >/proc/sys/kernel/perf_event_paranoid; '
  printf '%q ' "$1" "${java_flags[@]}" -Dskep.bpf=bpf \
    ${capabilities:+"-Dskep.capabilities=$capabilities"} -cp 'hook-suite-tests.jar:skep.jar:lib/*' \
    dev.skep.node.suite.HookSuite "$2/rows" "$classes" "$tags"
  [[ -z $baseline ]] || printf '\n./attachable bpf/*.bpf.o >%q' "$2/baseline"
}

run_here() {
  local jdk
  jdk=$(find_jdk) || { echo "no JDK 25 found" >&2; exit 126; }
  (cd "$share" && sh -c "$(commands "$jdk/bin/java" "$work/out")")
}

run_there() {
  make_jre "$cache"
  setpriv --pdeathsig TERM "$guest_dir/run.sh" --share "$share" --jre "$jre" --out "$work/out" --timeout 1200 "$kernel" \
    "$(commands java /out)" &
  # Not in the foreground, for bash would hear of a signal only when the guest has ended.
  guest=$!
  wait $guest
}

clean_up() {
  if [[ -n ${guest:-} ]] && kill "$guest" 2>/dev/null; then wait "$guest" || true; fi
  rm -rf "$work"
}

summary() {
  awk -F'\t' '
    !/^#/ { n[$2]++; all++ }
    END {
      printf "%d fire, %d hold, %d incompatible, %d failed\n",
        n["fires"], n["holds"], n["incompatible"], n["failed"]
      exit n["failed"] > 0 || !all
    }' "$work/out/rows"
}

read_options "$@"
work=$(mktemp -d "${TMPDIR:-/tmp}/skep-hooks.XXXXXX")
share=$work/share
trap clean_up EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
make_share
if [[ $kernel == host ]]; then run_here; else run_there; fi
[[ -z $rows ]] || cp "$work/out/rows" "$rows"
[[ -z $baseline ]] || cp "$work/out/baseline" "$baseline"
summary
