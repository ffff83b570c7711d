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

# Classes as they are after Java loaded and linked them: from a list of them, Java makes a file that
# later starts map into memory, in a third of the time.
# link_classes JAR LIST [FLAG...]: makes JAR's file, with the flags that it will be started with.
link_classes() {
  local jar=$1 list=$2 archive=${1%.jar}.jsa
  shift 2
  [[ ! $archive -nt $jar || ! $archive -nt $list ]] || return 0
  # Without a collection in between, which would leave behind what depends on its moment.
  "$(find_jdk)/bin/java" "$@" -Xms400m -Xmn300m -Xmx400m -XX:MetaspaceSize=256m -Xshare:dump \
    -Xlog:disable -Xlog:all=error:stderr -XX:SharedClassListFile="$list" \
    -XX:SharedArchiveFile="$archive.new" -cp "$jar"
  mv "$archive.new" "$archive"
}

# run_jar JAR [FLAG...] -- [ARGUMENT...]: becomes Java.
run_jar() {
  local jar=$1 jdk archive=${1%.jar}.jsa flags=()
  shift
  [[ -f $jar ]] || { echo "$jar is not built: make build" >&2; exit 1; }
  jdk=$(find_jdk) || { echo "no JDK 25 in JAVA_HOME, /usr/lib/jvm, /opt or PATH" >&2; exit 1; }
  while [[ $1 != -- ]]; do
    flags+=("$1")
    shift
  done
  shift
  # Java sees by itself whether an archive fits this JDK, these flags and these jars, and does
  # without when it does not. scripts/train.sh wants to know all that is loaded.
  if [[ -n ${SKEP_TRAIN:-} ]]; then
    flags+=(-XX:DumpLoadedClassList="$SKEP_TRAIN")
  elif [[ $archive -nt $jar ]]; then
    flags+=(-XX:SharedArchiveFile="$archive" -Xlog:aot=off -Xlog:cds=off)
  fi
  # shellcheck disable=SC2086 # SKEP_JAVA_FLAGS is a list of words
  exec "$jdk/bin/java" "${flags[@]}" ${SKEP_JAVA_FLAGS:-} -jar "$jar" "$@"
}
