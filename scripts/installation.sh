# shellcheck shell=bash
# Sourced by scripts that install Skep in a cluster from this checkout. Expects $root.

# build_images: unless nothing changed since it built them last. Runs in $root.
build_images() {
  local built=.cache/images/built-from from
  # Callers may have errexit off: what was built before is not what is asked for.
  bpf-programs/build.sh && scripts/build.sh java || return 1
  from=$(cat .cache/built images/packages.lock images/classes/*.list scripts/images.sh | sha256sum
    git describe --always --dirty --abbrev=40 --match= 2>/dev/null || true)
  [[ ! -f .cache/images/operator.tar || ! -f .cache/images/daemon.tar ||
    $(cat "$built" 2>/dev/null) != "$from" ]] || return 0
  scripts/images.sh build && echo "$from" >"$built"
}

# write_kustomization FILE FOLDER [PREFIX]: for `kubectl apply -k`: a folder of this checkout, with
# Skep's own images below PREFIX instead of skep.dev.
write_kustomization() {
  local file=$1 base=$2 prefix=${3:-} folder
  folder=$(realpath -m "$(dirname "$file")")
  mkdir -p "$folder"
  cat >"$file" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: ["$(realpath --relative-to="$folder" "$root/$base")"]
YAML
  [[ -z $prefix ]] || cat >>"$file" <<YAML
images:
- {name: skep.dev/operator, newName: $prefix/operator}
- {name: skep.dev/daemon, newName: $prefix/daemon}
YAML
}

# allow_plain_http FILE REGISTRY: lets the operator of that kustomization pull from REGISTRY without
# TLS.
allow_plain_http() {
  cat >>"$1" <<YAML
patches:
- target: {kind: Deployment, name: skep-operator}
  patch: |
    - op: add
      path: /spec/template/spec/containers/0/env/-
      value: {name: SKEP_PULL_INSECURE_REGISTRIES, value: "$2"}
YAML
}

# await_installed: until operator and daemons are ready, or with what is wrong after three minutes.
await_installed() {
  local what
  for what in deployment/skep-operator daemonset/skep-daemon; do
    kubectl -n skep-system rollout status "$what" --timeout=180s >&2 || {
      kubectl -n skep-system get pods -o wide
      kubectl -n skep-system get events --field-selector type=Warning | tail -5
      kubectl -n skep-system logs "$what" --tail=5
      return 1
    } >&2
  done
}
