# Sourced: a Java runtime small enough to be taken along to a guest.
# shellcheck shell=bash

# What the daemon and its tests use of the JDK.
jre_modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.sasl
jre_modules+=,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.unsupported,jdk.zipfs

# make_jre CACHE: sets `jre` to a runtime made of the JDK of this machine, once for each JDK.
make_jre() {
  local jdk key
  jdk=$(find_jdk) || { echo "no JDK 25 in JAVA_HOME, /usr/lib/jvm, /opt or PATH" >&2; return 1; }
  key=$(cat "$jdk/release" <(echo "$jre_modules") "${BASH_SOURCE[0]}" | cksum | cut -d' ' -f1)
  jre=$1/jre-$key
  [[ ! -d $jre ]] || return 0
  mkdir -p "$1"
  # Guests start side by side: one makes it, the others wait.
  exec 6>"$jre.lock"
  flock 6
  [[ ! -d $jre ]] || { exec 6>&-; return 0; }
  rm -rf "$jre.new"
  # The archive of classes halves what an interpreter needs to start.
  "$jdk/bin/jlink" --add-modules "$jre_modules" --strip-debug --no-header-files --no-man-pages \
    --generate-cds-archive --output "$jre.new" || return 1
  mv "$jre.new" "$jre"
  exec 6>&-
}
