# Sourced: find_jdk prints the folder of a JDK 25 or later, or fails.

# 0 for what is no JDK.
jdk_version() {
  local line version=0
  if [[ -r $1/release ]]; then
    while read -r line; do
      [[ $line != JAVA_VERSION=* ]] || version=${line//[^0-9.]/}
    done <"$1/release"
  fi
  echo "${version%%.*}"
}

# JAVA_HOME first; `java` in the PATH is often an older one that stands beside it.
find_jdk() {
  local candidate java
  java=$(command -v java || true)
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk* "${java:+$(realpath "$java")}"; do
    candidate=${candidate%/bin/java}
    if [[ -x $candidate/bin/javac ]] && (($(jdk_version "$candidate") >= 25)); then
      echo "$candidate"
      return
    fi
  done
  return 1
}
