#!/usr/bin/env bash
# Helm, built from its Go module when it is not there yet: tests try the chart with it.
set -euo pipefail

if (($# == 0)); then
  cat <<'TEXT'
usage: scripts/helm.sh build | ARGUMENT...

  build         compiles Helm, when it is not there yet
  ARGUMENT...   become those of helm: scripts/helm.sh template skep config/helm/skep

SKEP_CACHE (default ~/.cache/skep) holds the binary.
TEXT
  exit
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source_dir=$root/tests/helm
version=$(cat "$source_dir/go.mod" "$source_dir/go.sum" | sha256sum | cut -c1-16)
binary=${SKEP_CACHE:-$HOME/.cache/skep}/helm/$version/helm

build() {
  local release chart=helm.sh/helm/v3/pkg/chartutil
  command -v go >/dev/null || export PATH=$PATH:/usr/local/go/bin
  mkdir -p "$(dirname "$binary")"
  exec 8>"$binary.lock"
  flock 8
  [[ ! -x $binary ]] || return 0
  release=$(sed -n 's|^\thelm.sh/helm/v3 \(v[0-9.]*\).*|\1|p' "$source_dir/go.mod")
  echo "helm: compiling $release (2 minutes the first time)" >&2
  # Which Kubernetes `helm template` takes the cluster for.
  (cd "$source_dir" && go build -buildvcs=false -trimpath -o "$binary.new" -ldflags \
    "-s -w -X helm.sh/helm/v3/internal/version.version=$release \
     -X $chart.k8sVersionMajor=1 -X $chart.k8sVersionMinor=36" \
    helm.sh/helm/v3/cmd/helm >"$binary.log" 2>&1) ||
    { tail -5 "$binary.log" >&2; echo "helm: the build failed, see $binary.log" >&2; exit 1; }
  mv "$binary.new" "$binary"
}

[[ -x $binary ]] || build
[[ ${1:-} == build ]] || exec "$binary" "$@"
