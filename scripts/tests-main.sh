# Sourced by the scripts whose work is a main class of tests/. Expects the root of the checkout as the
# folder it is in.

# tests_main PHASE CLASS [ARG...]: builds up to that phase of Maven, and becomes the class. Expects the
# toolchain.
tests_main() {
  local phase=$1 root=$PWD
  shift
  mvn -q "$phase" -DskipTests -Dspotless.check.skip=true -pl tests -am \
    org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=target/classpath \
    -Dmdep.includeScope=test
  # tests/ is where the fixtures expect to be run.
  cd tests
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    -Dskep.root="$root" -Dskep.bpf="$root/bpf-programs/target" \
    -cp "target/test-classes:$(cat target/classpath)" "$@"
}

# hook_suite CLASS [ARG...]: sets the machine up, builds what the hook suite needs, and becomes the
# class.
hook_suite() {
  scripts/setup.sh
  source scripts/toolchain.sh
  bpf-programs/build.sh
  tests_main package "$@"
}
