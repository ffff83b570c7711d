#!/usr/bin/env bash
# Builds the images of operator and daemon, and stores them where one likes.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/images.sh COMMAND

  build [IMAGE...]  operator and daemon, or those named, for this machine's architecture:
                    .cache/images/IMAGE.tar, which ctr images import, podman load and docker load
                    take, and .cache/images/layout, an OCI layout with a tag for each image
  lock              pins the Debian packages that images take libraries from to those that the
                    archive has now: writes images/packages.lock

Images are built without Docker, and the same commit gives the same digests.

  scripts/images.sh build
  ctr -n k8s.io images import .cache/images/daemon.tar
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

mirror() { debian_source bookworm | sed -E 's/.* (http[^ ]*\/)debian\/? .*/\1/'; }

project_version() {
  sed -n 's|^  <version>\(.*\)</version>.*|\1|p' pom.xml | head -1
}

images_java() {
  "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g \
    -jar images/target/images/skep-images.jar "$@"
}

build() {
  local images=("$@")
  ((${#images[@]})) || images=(operator daemon)
  source scripts/toolchain.sh
  bpf-programs/build.sh
  scripts/build.sh java
  images_java build --checkout "$PWD" --output "$out" --version "$(project_version)" \
    --revision "$(git describe --always --dirty --abbrev=40 --match=)" --source "$source_address" \
    --mirror "$(mirror)" "${images[@]}"
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
        END {print name, version, architecture, sha256, "debian/" path}'
  done
}

lock() {
  local architecture
  world=$(mktemp -d)
  trap 'rm -rf "$world"' EXIT
  {
    echo "# The Debian packages that images take libraries from; scripts/images.sh lock writes this."
    echo "# NAME VERSION ARCHITECTURE SHA256 PATH-BELOW-THE-MIRROR"
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
  build) build "$@" ;;
  lock) lock ;;
  -h | --help | help) usage ;;
  *) usage >&2; exit 2 ;;
esac
