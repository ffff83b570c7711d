#!/usr/bin/env bash
# Builds the images of operator and daemon, and stores them where one likes.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/images.sh COMMAND

  build [IMAGE...]   builds operator and daemon, or those named, for this machine's architecture:
                     .cache/images/IMAGE.tar, which ctr images import, podman load and docker load
                     take, and IMAGE.cdx.json, what is in it (CycloneDX)
  layout DIR         the same into an OCI layout folder, tagged operator and daemon
  push PREFIX        the same to a registry: PREFIX/operator:VERSION, PREFIX/daemon:VERSION
  index TARGET SOURCE SOURCE
                     joins images of two architectures, each built on a machine of its own
  sbom IMAGE         prints what is in an image
  programs PREFIX    packs the programs of bpf-programs/, for amd64 and arm64 in one image, and
                     stores them: PREFIX/NAME:VERSION
  lock               pins the Debian packages that images take libraries from to those that the
                     archive has now: writes images/packages.lock

Images are built without Docker. The same jars give the same digests; the operator's jars differ from
one Maven build to the next, by classes that Quarkus generates. TARGET and SOURCE are
REGISTRY/NAME:TAG or oci:DIR:TAG; logins are those of docker login, podman login or skopeo login.
SKEP_INSECURE_REGISTRY names a registry (HOST:PORT) that speaks plain http; one on this machine needs
no naming. SKEP_IMAGES_DIR (default .cache/images) is where things are built, SKEP_DEBIAN_MIRROR
(default: what apt uses) where Debian's packages come from. SKEP_REVISION (default: git's commit)
becomes a label. SKEP_BUILT=yes takes operator, daemon and programs as they were built, and
layout and push the images too.

  scripts/images.sh build && ctr -n k8s.io images import .cache/images/daemon.tar
  scripts/images.sh push registry.example.com/skep
  scripts/images.sh index registry.example.com/skep/daemon:0.1.0 \
    registry.example.com/skep/daemon:0.1.0-amd64 registry.example.com/skep/daemon:0.1.0-arm64
  scripts/images.sh programs registry.example.com/skep
TEXT
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/debian.sh

out=${SKEP_IMAGES_DIR:-$PWD/.cache/images}
source_address=https://skep.dev

# What images take files from: libc6 and libgcc-s1 are in both, the others in the daemon's.
packages=(gcc-12-base libbpf1 libc6 libelf1 libgcc-s1 zlib1g)
backports=(libbpf1)
architectures=(amd64 arm64)

# Addresses that a lock's paths continue. The archive drops a version when a newer one is in; Debian's
# snapshots keep all.
mirrors() {
  echo "${SKEP_DEBIAN_MIRROR:-$(own_mirror)}"
  sed -n 's|^# snapshot |https://snapshot.debian.org/archive/debian/|p' images/packages.lock
}

own_mirror() { debian_source bookworm | sed -E 's/.* (http[^ ]*) bookworm .*/\1/'; }

project_version() {
  sed -n 's|^  <version>\(.*\)</version>.*|\1|p' pom.xml | head -1
}

revision() {
  [[ -z ${SKEP_REVISION:-} ]] || { echo "$SKEP_REVISION"; return; }
  git describe --always --dirty --abbrev=40 --match= 2>/dev/null || echo unknown
}

compile() {
  [[ ${SKEP_BUILT:-} != yes ]] || return 0
  bpf-programs/build.sh
  scripts/build.sh java
}

images_java() {
  "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g \
    -jar images/target/images/skep-images.jar "$@"
}

build() {
  local images=("$@") mirror mirrors=()
  ((${#images[@]})) || images=(operator daemon)
  compile
  while read -r mirror; do mirrors+=(--mirror "$mirror"); done < <(mirrors)
  images_java build --checkout "$PWD" --output "$out" --version "$(project_version)" \
    --revision "$(revision)" --source "$source_address" \
    "${mirrors[@]}" "${images[@]}"
}

store() {
  images_java store ${SKEP_INSECURE_REGISTRY:+--insecure-registry "$SKEP_INSECURE_REGISTRY"} "$@"
}

# Builds, and stores each image at what name_of, given its name, prints.
build_and_store() {
  local name_of=$1 image
  [[ ${SKEP_BUILT:-} == yes && -f $out/layout/index.json ]] || build
  for image in operator daemon; do store "$($name_of "$image")" "oci:$out/layout:$image"; done
}

# One object serves both architectures only if what is compiled does not depend on one.
check_both_architectures() {
  local other=$out/programs-arm64 object
  [[ $(uname -m) != aarch64 ]] || other=$out/programs-amd64
  bpf-programs/build.sh programs "$other"
  for object in "$other"/*.bpf.o; do
    cmp -s "$object" "bpf-programs/target/$(basename "$object")" && continue
    echo "$(basename "$object"): compiles differently for amd64 and arm64, so one image cannot hold it" >&2
    return 1
  done
}

programs() {
  local prefix=$1 source name object
  compile
  check_both_architectures
  for source in bpf-programs/*/*.bpf.c; do
    name=$(basename "$(dirname "$source")")
    object=bpf-programs/target/$(basename "$source" .c).o
    printf '%s ' "$prefix/$name:$(project_version)"
    scripts/skep push "$object" "$prefix/$name:$(project_version)" \
      ${SKEP_INSECURE_REGISTRY:+--plain-http "$SKEP_INSECURE_REGISTRY"} \
      --label "org.opencontainers.image.title=$name" \
      --label "org.opencontainers.image.version=$(project_version)" \
      --label "org.opencontainers.image.source=$source_address" \
      --label "org.opencontainers.image.revision=$(revision)"
  done
}

# A world of apt's own below $1, so that nothing of the machine's changes.
apt_world() {
  local world=$1 architecture=$2
  mkdir -p "$world"/{lists/partial,cache/archives/partial,sources,prefs,empty}
  touch "$world/status"
  {
    debian_source bookworm
    debian_source bookworm-updates
    debian_source bookworm-backports
  } >"$world/sources.list"
  cat >"$world/apt.conf" <<CONF
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
Dir::State "$world";
Dir::State::lists "$world/lists";
Dir::State::status "$world/status";
Dir::Cache "$world/cache";
Dir::Etc::sourcelist "$world/sources.list";
Dir::Etc::sourceparts "$world/empty";
Dir::Etc::preferencesparts "$world/empty";
Dir::Etc::main "$world/none";
APT::Sandbox::User "root";
CONF
}

# A line of the lock for each package.
pinned() {
  local world=$1 package suite
  for package in "${packages[@]}"; do
    suite=bookworm
    [[ " ${backports[*]} " != *" $package "* ]] || suite=bookworm-backports
    APT_CONFIG=$world/apt.conf apt-cache show --no-all-versions "$package" \
      -o APT::Default-Release="$suite" |
      awk -v name="$package" '
        $1 == "Version:" {version = $2} $1 == "Architecture:" {architecture = $2}
        $1 == "SHA256:" {sha256 = $2} $1 == "Filename:" {path = $2}
        END {print name, version, architecture, sha256, path}'
  done
}

lock() {
  local architecture
  world=$(mktemp -d)
  trap 'rm -rf "$world"' EXIT
  {
    echo "# The Debian packages that images take libraries from; scripts/images.sh lock writes this."
    echo "# NAME VERSION ARCHITECTURE SHA256 PATH"
    echo "# snapshot $(date -u +%Y%m%dT%H%M%SZ)"
    for architecture in "${architectures[@]}"; do
      apt_world "$world/$architecture" "$architecture"
      APT_CONFIG=$world/$architecture/apt.conf apt-get update -qq >&2
      pinned "$world/$architecture"
    done
  } >"$world/packages.lock"
  cp "$world/packages.lock" images/packages.lock
}

command=${1:-}
shift || true
case $command in
  build | layout | push | index | sbom | programs) source scripts/toolchain.sh ;;
esac
case $command in
  build) build "$@" ;;
  layout)
    folder=$(realpath -m "${1:?scripts/images.sh layout DIR}")
    in_folder() { echo "oci:$folder:$1"; }
    build_and_store in_folder
    ;;
  push)
    prefix=${1:?scripts/images.sh push REGISTRY/PREFIX}
    below_prefix() { echo "$prefix/$1:$(project_version)"; }
    build_and_store below_prefix
    ;;
  index)
    (($# >= 2)) || { usage >&2; exit 2; }
    compile
    store "$@"
    ;;
  sbom)
    image=${1:?scripts/images.sh sbom operator or daemon}
    build "$image" >&2
    cat "$out/$image.cdx.json"
    ;;
  programs) programs "${1:?scripts/images.sh programs REGISTRY/PREFIX}" ;;
  lock) lock ;;
  -h | --help | help) usage ;;
  *) usage >&2; exit 2 ;;
esac
