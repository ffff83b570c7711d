# shellcheck shell=bash
# Sourced by what needs more of Debian than the machine's own sources have.

# debian_source SUITE: prints the line for apt with the machine's own Debian mirror and key.
debian_source() {
  local sources=/etc/apt/sources.list.d/debian.sources uri key=
  if [[ -f $sources ]]; then
    uri=$(awk '$1 == "URIs:" && $2 ~ /debian\/?$/ {print $2; exit}' "$sources")
    key=$(awk '$1 == "Signed-By:" {print "[signed-by=" $2 "] "; exit}' "$sources")
  else
    # deb [options] URI SUITE COMPONENT...
    uri=$(awk '$1 == "deb" {for (i = 2; i < NF; i++) if ($i ~ /:.*debian\/?$/) {print $i; exit}}' \
      /etc/apt/sources.list)
  fi
  [[ -n $uri ]] || { echo "apt has no Debian source: add $1 to it" >&2; return 1; }
  echo "deb ${key}$uri $1 main"
}
