# shellcheck shell=bash
# Sourced by scripts that install Skep in a cluster from this checkout. Expects $root.

# write_kustomization FILE OVERLAY REGISTRY [PREFIX]: what `kubectl apply -k` installs: a folder of
# config, with an operator that may pull from REGISTRY by plain http, and Skep's own images below
# PREFIX instead of skep.dev.
write_kustomization() {
  local file=$1 overlay=$2 registry=$3 prefix=${4:-} folder
  folder=$(realpath -m "$(dirname "$file")")
  mkdir -p "$folder"
  cat >"$file" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: ["$(realpath --relative-to="$folder" "$root/$overlay")"]
patches:
- target: {kind: Deployment, name: skep-operator}
  patch: |
    - op: add
      path: /spec/template/spec/containers/0/env/-
      value: {name: SKEP_PULL_INSECURE_REGISTRIES, value: "$registry"}
YAML
  [[ -n $prefix ]] || return 0
  printf 'images:\n- {name: skep.dev/operator, newName: %s/operator}\n- {name: skep.dev/daemon, newName: %s/daemon}\n' \
    "$prefix" "$prefix" >>"$file"
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
