package dev.skep.tests.install;

/** What the bundle has besides the plain manifests. */
final class OlmTexts {
  private OlmTexts() {}

  static final String README =
      """
      # Skep for the Operator Lifecycle Manager

      `manifests/` and `metadata/` are a bundle of the format registry+v1, generated from the plain manifests
      of `config/install`; `bundle.Dockerfile` puts them into an image for a catalogue. The bundle holds the
      operator and the CRDs. Beside it is what OLM takes from no bundle, the DaemonSet of the daemons and the
      policy that holds each to its node, and the operator's rights in its own namespace, which OLM would
      grant in every namespace. So this comes first; the operator waits for it:

      ```sh
      kubectl apply -k config/olm/daemon
      ```

      The operator's namespace is `skep-system`: so the bundle suggests it, and so the daemons find it.
      """;

  static final String DOCKERFILE =
      """
      # Build it in config/olm.
      FROM scratch
      LABEL operators.operatorframework.io.bundle.mediatype.v1=registry+v1
      LABEL operators.operatorframework.io.bundle.manifests.v1=manifests/
      LABEL operators.operatorframework.io.bundle.metadata.v1=metadata/
      LABEL operators.operatorframework.io.bundle.package.v1=skep
      LABEL operators.operatorframework.io.bundle.channels.v1=alpha
      LABEL operators.operatorframework.io.bundle.channel.default.v1=alpha
      COPY manifests /manifests/
      COPY metadata /metadata/
      """;

  static final String ANNOTATIONS =
      """
      annotations:
        operators.operatorframework.io.bundle.mediatype.v1: registry+v1
        operators.operatorframework.io.bundle.manifests.v1: manifests/
        operators.operatorframework.io.bundle.metadata.v1: metadata/
        operators.operatorframework.io.bundle.package.v1: skep
        operators.operatorframework.io.bundle.channels.v1: alpha
        operators.operatorframework.io.bundle.channel.default.v1: alpha
      """;

  /** Everything of config/install but the operator and the CRDs. */
  static final String DAEMON =
      """
      # What OLM takes from no bundle: the daemons, their rights, the policy that holds each to its node,
      # the namespace and the empty Secret and ConfigMap of the mirror's certificate. And what it would
      # grant in every namespace: the operator's rights in its own.
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - ../../install
      patches:
        - target:
            kind: CustomResourceDefinition
          patch: |
            $patch: delete
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: any
        - target:
            kind: Deployment|Service|PodDisruptionBudget|ServiceAccount|ClusterRole|ClusterRoleBinding
            labelSelector: app.kubernetes.io/component=operator
          patch: |
            $patch: delete
            apiVersion: v1
            kind: Any
            metadata:
              name: any
      """;

  static String serviceVersion(String version) {
    return """
    apiVersion: operators.coreos.com/v1alpha1
    kind: ClusterServiceVersion
    metadata:
      name: skep.v%3$s
      namespace: placeholder
      annotations:
        capabilities: Seamless Upgrades
        categories: Monitoring,Networking,Security
        containerImage: skep.dev/operator:%1$s
        description: Runs eBPF programs on a fleet of Linux nodes as Kubernetes resources
        operatorframework.io/suggested-namespace: skep-system
        operators.operatorframework.io/internal-objects: '["bpfrevisions.skep.dev","bpfnodes.skep.dev"]'
        support: Skep
      labels:
        operatorframework.io/arch.amd64: supported
        operatorframework.io/os.linux: supported
    spec:
      displayName: Skep
      version: %1$s
      maturity: alpha
      minKubeVersion: 1.30.0
      description: |
        Applies eBPF programs to the nodes of a cluster as Kubernetes resources: from an OCI image, checked,
        rolled out node by node, with status and metrics on the resource.

        The node daemons are no part of this bundle: `kubectl apply -k config/olm/daemon` of the same version.
      provider:
        name: Skep
      keywords: [eBPF, observability, networking, security]
      maintainers:
        - name: Skep
          email: maintainers@skep.dev
      links:
        - name: Documentation
          url: https://skep.dev
      icon:
        - mediatype: image/svg+xml
          base64data: %2$s
      installModes:
        - {type: OwnNamespace, supported: false}
        - {type: SingleNamespace, supported: false}
        - {type: MultiNamespace, supported: false}
        - {type: AllNamespaces, supported: true}
      customresourcedefinitions: {}
    """
        .formatted(
            version,
            java.util.Base64.getEncoder()
                .encodeToString(ICON.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            // A name of Kubernetes has no capitals.
            version.toLowerCase(java.util.Locale.ROOT));
  }

  /** A skep: a dome of straw with a door. */
  private static final String ICON =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
          + "<path d=\"M4 28a12 20 0 0 1 24 0z\" fill=\"#d9a441\"/>"
          + "<path d=\"M5 22h22M7 17h18M9 12h14\" stroke=\"#8a5a12\" stroke-width=\"1.5\"/>"
          + "<path d=\"M13 28a3 4 0 0 1 6 0z\" fill=\"#3b2607\"/></svg>";
}
