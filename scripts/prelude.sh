# shellcheck shell=bash
# Sourced first by the scripts that people call.

# `su` without `-` leaves these out, and ip, nft and bpftool are there.
for folder in /usr/local/sbin /usr/sbin /sbin; do
  [[ :$PATH: == *:$folder:* ]] || PATH=$PATH:$folder
done
export PATH
unset folder

# interruptible COMMAND [ARGUMENT...]: calls a function in a process group of its own, and returns as
# it does. A signal to end (Ctrl-C, TERM, HUP) ends all of that group at once, also those that would
# handle it and go on; what start_process started has a group of its own and stays. Then the script's
# function `interrupted` is called, if it has one. The function cannot read from a terminal.
interruptible() {
  local status=0 signal
  # Within another one the outer ends all.
  if [[ -n ${SKEP_INTERRUPTIBLE:-} ]]; then
    "$@"
    return
  fi
  export SKEP_INTERRUPTIBLE=yes
  interruptible_group=
  for signal in INT TERM HUP; do
    # shellcheck disable=SC2064
    trap "end_interruptible $signal" "$signal"
  done
  set -m
  "$@" &
  interruptible_group=$!
  set +m
  wait "$interruptible_group" || status=$?
  trap - INT TERM HUP
  unset SKEP_INTERRUPTIBLE
  return $status
}

# Whether a process of a group runs. What ended, and init was slow to bury, counts no more.
group_runs() {
  local group=$1 file stat fields
  for file in /proc/[0-9]*/stat; do
    { read -r stat <"$file"; } 2>/dev/null || continue
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[2]} != "$group" || ${fields[0]} == Z ]] || return 0
  done
  return 1
}

end_interruptible() {
  local signal=$1 group=$interruptible_group deadline=$((SECONDS + 10))
  trap '' INT TERM HUP
  if [[ -n $group ]]; then
    kill -TERM -- "-$group" || true
    while group_runs "$group" && ((SECONDS < deadline)); do sleep 0.1; done
    kill -KILL -- "-$group" || true
    wait "$group" || true
  fi 2>/dev/null
  if declare -F interrupted >/dev/null; then interrupted; fi
  # Whoever called sees what it ended by.
  trap - "$signal"
  kill -s "$signal" $$
}
