# Sourced by what runs Java: where a JDK 25 is, and how our programs are started with it.

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

# Prints the folder of a JDK 25 or later, or fails. JAVA_HOME first; `java` in the PATH is often an older one that stands beside it.
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

# run_jar JAR [FLAG...] -- [ARGUMENT...]: becomes Java.
run_jar() {
  local jar=$1 jdk cache=${1%.jar}.aot flags=()
  shift
  [[ -f $jar ]] || { echo "$jar is not built: make build" >&2; exit 1; }
  jdk=$(find_jdk) || { echo "no JDK 25 in JAVA_HOME, /usr/lib/jvm, /opt or PATH" >&2; exit 1; }
  while [[ $1 != -- ]]; do
    flags+=("$1")
    shift
  done
  shift
  # Classes as an earlier start loaded and linked them (scripts/train.sh). Java sees by itself
  # whether they fit this JDK, these flags and these jars, and does without when they do not.
  if [[ -n ${SKEP_TRAIN:-} ]]; then
    flags+=(-XX:AOTCacheOutput="$SKEP_TRAIN")
  elif [[ $cache -nt $jar ]]; then
    flags+=(-XX:AOTCache="$cache" -Xlog:aot=off -Xlog:cds=off)
  fi
  # shellcheck disable=SC2086 # SKEP_JAVA_FLAGS is a list of words
  exec "$jdk/bin/java" "${flags[@]}" ${SKEP_JAVA_FLAGS:-} -jar "$jar" "$@"
}
