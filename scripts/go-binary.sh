# Sourced by the scripts that run programs built from a Go module of this project: builds such a
# module once for each state of its sources, into the cache, and says how far it is meanwhile.

# go_binary FOLDER KIND NAME: where the binary NAME of the module in FOLDER is, or is to be.
go_binary() {
  local folder=$1 kind=$2 name=$3 version
  version=$(cd "$folder" && cat go.mod go.sum ./*.go | sha256sum | cut -c1-16)
  echo "${SKEP_CACHE:-$HOME/.cache/skep}/$kind/$version/$name"
}

# build_go_binary FOLDER TARGET TITLE WHAT LDFLAGS [AFTER]: AFTER is called with the target's folder
# before the binary is there for others to see.
build_go_binary() {
  local folder=$1 target=$2 title=$3 what=$4 ldflags=$5 after=${6:-true} log=$2.log
  [[ ! -x $target ]] || return 0
  command -v go >/dev/null || export PATH=$PATH:/usr/local/go/bin
  mkdir -p "$(dirname "$target")"
  exec 8>"$target.lock"
  flock 8
  [[ ! -x $target ]] || return 0
  echo "$title: compiling $what"
  (
    cd "$folder"
    go build -v -buildvcs=false -o "$target.new" -ldflags "-s -w $ldflags" . >"$log" 2>&1
  ) &
  report_go_progress $! "$log" "$title"
  wait $! || {
    tail -5 "$log" >&2
    echo "$title: the build failed, all of its output is in $log" >&2
    return 1
  }
  "$after" "$(dirname "$target")"
  mv "$target.new" "$target"
  echo "$title: compiled in $SECONDS s"
}

report_go_progress() {
  local pid=$1 log=$2 title=$3 next=10
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.5
    ((SECONDS >= next)) || continue
    next=$((SECONDS + 10))
    printf '%s: %4d s, %d modules fetched, %d packages compiled\n' "$title" "$SECONDS" \
      "$(grep -c '^go: downloading' "$log" || true)" "$(grep -vc '^go: ' "$log" || true)"
  done
}
