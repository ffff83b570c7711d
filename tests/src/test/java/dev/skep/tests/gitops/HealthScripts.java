package dev.skep.tests.gitops;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The health scripts that ship, in the folders that Argo CD's own repository has for them. */
enum HealthScripts {
  /** Of our own kinds. */
  SKEP("skep.dev", "argocd-cm.yaml", "is healthy among Skep's resources"),
  /** Of Applications that another one applies; Argo CD's own no longer has it. */
  APPLICATIONS("argoproj.io", "argocd-cm-apps.yaml", "is a healthy Application");

  static final Path ARGO_CD = ControlPlane.projectRoot().resolve("config/argocd");

  private final String group;
  private final String file;
  private final String teaches;

  HealthScripts(String group, String file, String teaches) {
    this.group = group;
    this.file = file;
    this.teaches = teaches;
  }

  /** One folder for each kind: health.lua, its tests and what they judge. */
  List<Path> kinds() {
    try (Stream<Path> folders = Files.list(ARGO_CD.resolve("resource_customizations/" + group))) {
      return folders.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Path> allKinds() {
    return Stream.of(values()).flatMap(scripts -> scripts.kinds().stream()).toList();
  }

  /** What a cluster's administrator adds to Argo CD's settings. */
  Path settingsFile() {
    return ARGO_CD.resolve(file);
  }

  /** The settings with every script in them. */
  String settings() throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            # Teaches Argo CD what %s. Adds to its settings, without a restart:
            # kubectl -n argocd patch configmap argocd-cm --patch-file %s
            # Generated from resource_customizations/; regenerate as ArgoCdSettingsTest says.
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: argocd-cm
              namespace: argocd
            data:
            """
                .formatted(teaches, file));
    for (Path kind : kinds()) {
      String script = Files.readString(kind.resolve("health.lua"));
      yaml.append(
              "  resource.customizations.health.%s_%s: |\n".formatted(group, kind.getFileName()))
          .append(script.indent(4).replaceAll("(?m)^ +$", ""));
    }
    return yaml.toString();
  }
}
