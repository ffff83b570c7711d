package dev.skep.tests.install;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A place of a plain manifest that a value of the chart decides.
 *
 * @param from what stands there, found exactly once
 * @param to what stands in the template instead
 */
record ChartEdit(String from, String to) {
  private static final Pattern BRACES = Pattern.compile("\\{\\{|}}");

  /** What names the namespace, wherever it stands. */
  private static final List<ChartEdit> EVERYWHERE =
      List.of(
          new ChartEdit("namespace: skep-system\n", "namespace: {{ .Release.Namespace }}\n"),
          new ChartEdit(
              "system:serviceaccount:skep-system:",
              "system:serviceaccount:{{ .Release.Namespace }}:"),
          new ChartEdit(".skep-system.svc", ".{{ .Release.Namespace }}.svc"));

  /** Whether the cluster is of 1.30 or later. */
  static final String SINCE_1_30 = "semverCompare \">=1.30.0-0\" .Capabilities.KubeVersion.Version";

  static final List<ChartEdit> OPERATOR =
      List.of(
          new ChartEdit("  replicas: 2\n", "  replicas: {{ .Values.operator.replicas }}\n"),
          priority("operator", "system-cluster-critical"),
          nodeSelector("operator", tolerations("operator")),
          image("operator"),
          pullPolicy("operator"),
          imagePullSecrets(),
          new ChartEdit(
              "                  fieldPath: metadata.name\n",
              "                  fieldPath: metadata.name\n" + more("operator.env")),
          resources(
              "operator",
              """
              requests:
                cpu: 50m
                memory: 192Mi
              limits:
                memory: 512Mi
              """));

  static final List<ChartEdit> DAEMON =
      List.of(
          new ChartEdit(
              "      maxUnavailable: 10%\n",
              "      maxUnavailable: {{ .Values.daemon.maxUnavailable }}\n"),
          priority("daemon", "system-node-critical"),
          nodeSelector("daemon", ""),
          new ChartEdit("      tolerations:\n        - operator: Exists\n", tolerations("daemon")),
          image("daemon"),
          pullPolicy("daemon"),
          imagePullSecrets(),
          new ChartEdit(
              "            - --http-port=9644\n",
              "            - --http-port={{ .Values.daemon.httpPort }}\n"
                  + more("daemon.extraArgs")),
          new ChartEdit(
              "              containerPort: 9644\n",
              "              containerPort: {{ .Values.daemon.httpPort }}\n"),
          new ChartEdit("      port: 9644\n", "      port: {{ .Values.daemon.httpPort }}\n"),
          resources(
              "daemon",
              """
              requests:
                cpu: 100m
                memory: 96Mi
              """),
          // A field that came with 1.30; before, an annotation said the same.
          new ChartEdit(
              "            appArmorProfile:\n              type: Unconfined\n",
              "            {{- if %s }}\n            appArmorProfile:\n              type: Unconfined\n            {{- end }}\n"
                  .formatted(SINCE_1_30)),
          new ChartEdit(
              "    metadata:\n      labels:\n",
              """
              metadata:
                {{- if not (%s) }}
                annotations:
                  container.apparmor.security.beta.kubernetes.io/daemon: unconfined
                {{- end }}
                labels:
              """
                  .formatted(SINCE_1_30)
                  .indent(4)),
          capability("SYS_ADMIN", "sysAdmin"),
          capability("SYS_PTRACE", "sysPtrace"),
          new ChartEdit(
              "            path: /var/lib/skep\n",
              "            path: {{ .Values.daemon.stateDir }}\n"));

  /** Of a pod, 6 spaces in. */
  private static String ofPod(String key, String value) {
    return """
    {{- with .Values.%s }}
    %s:
      {{- toYaml . | nindent 8 }}
    {{- end }}
    """
        .formatted(value, key)
        .indent(6);
  }

  /** Goes on with a list, 12 spaces in. */
  private static String more(String value) {
    return """
    {{- with .Values.%s }}
    {{- toYaml . | nindent 12 }}
    {{- end }}
    """
        .formatted(value)
        .indent(12);
  }

  private static ChartEdit priority(String part, String fallback) {
    return new ChartEdit(
        "      priorityClassName: " + fallback + "\n",
        """
        {{- with .Values.%s.priorityClassName }}
        priorityClassName: {{ . }}
        {{- end }}
        """
            .formatted(part)
            .indent(6));
  }

  private static ChartEdit nodeSelector(String part, String then) {
    return new ChartEdit(
        "      nodeSelector:\n        kubernetes.io/os: linux\n",
        ofPod("nodeSelector", part + ".nodeSelector") + then);
  }

  private static String tolerations(String part) {
    return ofPod("tolerations", part + ".tolerations");
  }

  private static ChartEdit imagePullSecrets() {
    return new ChartEdit(
        "      containers:\n",
        ofPod("imagePullSecrets", "imagePullSecrets") + "      containers:\n");
  }

  private static ChartEdit image(String part) {
    return new ChartEdit(
        "          image: skep.dev/" + part + ":" + Manifests.version() + "\n",
        "          image: {{ include \"skep.image\" (list .Values.%s.image .) }}\n"
            .formatted(part));
  }

  private static ChartEdit pullPolicy(String part) {
    return new ChartEdit(
        "          imagePullPolicy: IfNotPresent\n",
        "          imagePullPolicy: {{ .Values.%s.image.pullPolicy }}\n".formatted(part));
  }

  private static ChartEdit resources(String part, String plain) {
    return new ChartEdit(
        plain.indent(12),
        "            {{- toYaml .Values.%s.resources | nindent 12 }}\n".formatted(part));
  }

  private static ChartEdit capability(String name, String value) {
    return new ChartEdit(
        "                - " + name + "\n",
        """
        {{- if .Values.daemon.capabilities.%s }}
        - %s
        {{- end }}
        """
            .formatted(value, name)
            .indent(16));
  }

  /** A manifest as a template: braces of its own stay braces. */
  static String template(String manifest, List<ChartEdit> edits) {
    String text = BRACES.matcher(manifest).replaceAll(m -> "{{ \"" + m.group() + "\" }}");
    for (ChartEdit edit : EVERYWHERE) {
      text = text.replace(edit.from, edit.to);
    }
    for (ChartEdit edit : edits) {
      text = edit.apply(text);
    }
    return text;
  }

  private String apply(String text) {
    int at = text.indexOf(from);
    if (at < 0 || text.indexOf(from, at + 1) >= 0) {
      throw new IllegalStateException("not exactly once in the manifest: " + from);
    }
    return text.substring(0, at) + to + text.substring(at + from.length());
  }
}
