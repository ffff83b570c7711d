# Sourced by the scripts that start processes which outlive them. Expects $dir: process ids are in
# $dir/run, logs in $dir/logs. A process is ended by its id only, and only if it is still the one
# that was started: ids are reused.

# When the process was started, in clock ticks since boot; nothing for one that ended.
started_at() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} == Z ]] || echo "${fields[19]}"
}

start_process() {
  local name=$1
  shift
  mkdir -p "$dir"/{run,logs}
  # Locks of the caller must not live on in a process that outlives it.
  setsid "$@" >>"$dir/logs/$name.log" 2>&1 </dev/null 8>&- 9>&- &
  echo "$! $(started_at $!)" >"$dir/run/$name.pid"
}

# The process id of NAME, if it runs.
pid_of() {
  local pid since
  read -r pid since 2>/dev/null <"$dir/run/$1.pid" || return 1
  [[ -n $since && $(started_at "$pid") == "$since" ]] && echo "$pid"
}

# stop_process NAME [SIGNAL]: asked first, killed when it is still there after 10 s.
stop_process() {
  local name=$1 signal=${2:-TERM} pid
  pid=$(pid_of "$name") || return 0
  kill -"$signal" "$pid" 2>/dev/null || true
  for _ in {1..200}; do
    pid_of "$name" >/dev/null || break
    sleep 0.05
  done
  if pid=$(pid_of "$name"); then kill -KILL "$pid"; fi
  rm -f "$dir/run/$name.pid"
}

# await_process NAME COMMAND...: until the command succeeds; an error when the process ends before
# it does, or after a minute.
await_process() {
  local name=$1 deadline=$((SECONDS + 60))
  shift
  until "$@" >/dev/null 2>&1; do
    if ! pid_of "$name" >/dev/null || ((SECONDS >= deadline)); then
      tail -5 "$dir/logs/$name.log" >&2
      echo "$name ended or does not answer, all it said is in $dir/logs/$name.log" >&2
      return 1
    fi
    sleep 0.05
  done
}

# A port of this machine that nobody listens on, below the kernel's ephemeral ones: no outgoing
# connection takes it meanwhile.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); do
    [[ -n $(ss -ltnH "sport = :$port") ]] || { echo "$port"; return; }
  done
}
