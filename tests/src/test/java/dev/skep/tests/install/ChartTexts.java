package dev.skep.tests.install;

import static java.util.Map.entry;

import java.util.Map;

/** What the chart has besides the plain manifests. */
final class ChartTexts {
  private ChartTexts() {}

  static final String IMAGE =
      """
      {{- /* A value with repository, tag and digest, and the root. */ -}}
      {{- define "skep.image" -}}
      {{- $image := index . 0 -}}
      {{- $root := index . 1 -}}
      {{- if $image.digest -}}
      {{ $image.repository }}@{{ $image.digest }}
      {{- else -}}
      {{ $image.repository }}:{{ $image.tag | default $root.Chart.AppVersion }}
      {{- end -}}
      {{- end -}}
      """;

  static final String NEEDS_1_30 =
      """
      {{- if not (%s) }}
      {{- fail "Kubernetes before 1.30 has no ValidatingAdmissionPolicy to hold each daemon to its own node: --set admissionPolicy.enabled=false installs without; docs/install.md says what that means" }}
      {{- end }}
      """
          .formatted(ChartEdit.SINCE_1_30);

  static final String CRDS =
      """
      {{- if .Values.crds.install }}
      {{- range $path, $_ := .Files.Glob "files/*-crd-*.yaml" }}
      {{- $crd := $.Files.Get $path | fromYaml }}
      {{- if $.Values.crds.keep }}
      {{- $keep := dict "annotations" (dict "helm.sh/resource-policy" "keep") }}
      {{- $_ := set $crd "metadata" (mergeOverwrite $crd.metadata $keep) }}
      {{- end }}
      ---
      {{ $crd | toYaml }}
      {{- end }}
      {{- end }}
      """;

  static final String NOTES =
      """
      Skep {{ .Chart.AppVersion }} is in namespace {{ .Release.Namespace }}.

        kubectl -n {{ .Release.Namespace }} rollout status deployment/skep-operator daemonset/skep-daemon
        kubectl get bpfnodes
      {{- if not .Values.admissionPolicy.enabled }}

      WARNING: nothing holds a daemon to its own node: whoever takes one daemon's token speaks for every
      node. Kubernetes 1.30 and later can tell daemons apart: set admissionPolicy.enabled there.
      {{- end }}

      Where Pod Security Standards are enforced by default, this namespace has to let the daemons in:

        kubectl label namespace {{ .Release.Namespace }} pod-security.kubernetes.io/enforce=privileged
      """;

  static final String PULL_SECRETS =
      """
      {{- range .Values.pullSecrets }}
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata:
        name: skep-pull-{{ .name }}
        namespace: {{ .namespace }}
        labels:
          app.kubernetes.io/name: skep
          app.kubernetes.io/component: operator
      rules:
        - apiGroups: [""]
          resources: [secrets]
          resourceNames: [{{ .name }}]
          verbs: [get]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata:
        name: skep-pull-{{ .name }}
        namespace: {{ .namespace }}
        labels:
          app.kubernetes.io/name: skep
          app.kubernetes.io/component: operator
      roleRef:
        apiGroup: rbac.authorization.k8s.io
        kind: Role
        name: skep-pull-{{ .name }}
      subjects:
        - kind: ServiceAccount
          name: skep-operator
          namespace: {{ $.Release.Namespace }}
      ---
      {{- end }}
      """;

  static final String README =
      """
      # The Helm chart of Skep

      ```sh
      helm install skep config/helm/skep --namespace skep-system --create-namespace
      ```

      Generated from the plain manifests of `config/install`, with the same outcome when nothing is set.
      One release a cluster; any namespace. [docs/install.md](../../../docs/install.md) has the rest:
      upgrade, uninstall, what the daemon may do to a node.

      %s""";

  /** More than the type that JSON schema shall hold a value to, by the value's last name. */
  static final Map<String, String> ALLOWED =
      Map.ofEntries(
          entry("pullPolicy", "{enum: [Always, IfNotPresent, Never]}"),
          entry("digest", "{pattern: '^(sha256:[0-9a-f]{64})?$'}"),
          entry("replicas", "{minimum: 1}"),
          entry("httpPort", "{minimum: 1, maximum: 65535}"),
          entry("stateDir", "{pattern: '^/.+'}"),
          entry(
              "maxUnavailable",
              "{type: [integer, string], minimum: 1, pattern: '^([1-9][0-9]*|([1-9][0-9]?|100)%)$'}"),
          entry("nodeSelector", "{additionalProperties: {type: string}}"),
          entry("extraArgs", "{items: {type: string}}"),
          entry(
              "resources",
              """
              additionalProperties: false
              properties:
                requests: {type: object}
                limits: {type: object}
                claims: {type: array}
              """),
          entry(
              "tolerations",
              """
              items:
                type: object
                additionalProperties: false
                properties:
                  key: {type: string}
                  operator: {type: string}
                  value: {type: string}
                  effect: {enum: ["", NoSchedule, PreferNoSchedule, NoExecute]}
                  tolerationSeconds: {type: integer}
              """),
          entry(
              "env",
              """
              items:
                type: object
                required: [name]
                additionalProperties: false
                properties:
                  name: {type: string, minLength: 1}
                  value: {type: string}
                  valueFrom:
                    type: object
                    additionalProperties: false
                    properties:
                      configMapKeyRef: {type: object}
                      fieldRef: {type: object}
                      resourceFieldRef: {type: object}
                      secretKeyRef: {type: object}
              """),
          entry(
              "imagePullSecrets",
              """
              items:
                type: object
                required: [name]
                additionalProperties: false
                properties:
                  name: {type: string, minLength: 1}
              """),
          entry(
              "pullSecrets",
              """
              items:
                type: object
                required: [namespace, name]
                additionalProperties: false
                properties:
                  namespace: {type: string, minLength: 1}
                  name: {type: string, minLength: 1}
              """));
}
