# Sourced by the other scripts: finds JDK 25, Maven and Go 1.26, and complains of all that is missing
# at once, before anything was changed. Sets JAVA_HOME, PATH and MAVEN_OPTS.

source "$(dirname "${BASH_SOURCE[0]}")/jdk.sh"

go_is_recent() {
  local version
  version=$(go env GOVERSION 2>/dev/null) || return 1
  [[ $(printf '%s\ngo1.26\n' "$version" | sort -V | head -1) == go1.26 ]]
}

missing_tools() {
  local jdk
  if jdk=$(find_jdk); then
    export JAVA_HOME=$jdk PATH=$jdk/bin:$PATH
  else
    echo "  JDK 25 or later: package temurin-25-jdk of https://adoptium.net/installation/linux, or set JAVA_HOME"
  fi
  command -v mvn >/dev/null || echo "  Maven 3.8 or later: apt-get install maven"
  command -v go >/dev/null || export PATH=$PATH:/usr/local/go/bin
  go_is_recent || echo "  Go 1.26 or later: https://go.dev/dl/, unpacked to /usr/local/go"
}

# In this shell, so that what missing_tools exports is kept.
toolchain_missing=$(mktemp)
missing_tools >"$toolchain_missing"
if [[ -s $toolchain_missing ]]; then
  echo "Missing on this machine, nothing was changed:" >&2
  cat "$toolchain_missing" >&2
  rm -f "$toolchain_missing"
  exit 1
fi
rm -f "$toolchain_missing"
# Maven's own libraries still use what JDK 24 began to warn about.
export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
