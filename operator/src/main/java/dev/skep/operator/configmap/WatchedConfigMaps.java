package dev.skep.operator.configmap;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.operator.node.ProgramKey;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Watches each named ConfigMap by its name, so that the memory and the traffic of all others are
 * not the operator's.
 */
@ApplicationScoped
public class WatchedConfigMaps implements ConfigMaps {
  private record Name(String namespace, String name) {}

  /** One ConfigMap, and the programs that follow it. */
  private record Watched(SharedIndexInformer<ConfigMap> informer, Set<ProgramKey> followers) {}

  private final KubernetesClient client;
  private final Map<Name, Watched> watched = new HashMap<>();
  private final Set<ProgramKey> following = ConcurrentHashMap.newKeySet();
  private volatile Consumer<ProgramKey> listener = program -> {};

  WatchedConfigMaps(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public void onChange(Consumer<ProgramKey> listener) {
    this.listener = listener;
  }

  @Override
  public void follow(ProgramKey program, Set<String> names) {
    // Most name none, and need not wait while another's are listed.
    if (!names.isEmpty() || following.contains(program)) {
      change(program, names);
    }
  }

  private void change(ProgramKey program, Set<String> names) {
    // First: when one of several cannot be watched, the others are to be let go of later.
    following.add(program);
    Map<Name, Watched> listed = new HashMap<>();
    try {
      while (!settle(program, names, listed)) {
        // With no lock: the API server may take its time, and others only read.
        for (Name name : unwatched(program, names)) {
          if (!listed.containsKey(name)) {
            listed.put(name, watch(name));
          }
        }
      }
    } finally {
      // What another program has brought meanwhile.
      listed.values().forEach(surplus -> surplus.informer().close());
    }
  }

  private synchronized List<Name> unwatched(ProgramKey program, Set<String> names) {
    return names.stream()
        .map(name -> new Name(program.namespace(), name))
        .filter(name -> !watched.containsKey(name))
        .toList();
  }

  /**
   * @param listed is taken from
   * @return whether nothing was lacking
   */
  private synchronized boolean settle(
      ProgramKey program, Set<String> names, Map<Name, Watched> listed) {
    if (!listed.keySet().containsAll(unwatched(program, names))) {
      return false;
    }
    for (String name : names) {
      Name whole = new Name(program.namespace(), name);
      watched.computeIfAbsent(whole, listed::remove).followers().add(program);
    }
    watched
        .entrySet()
        .removeIf(
            entry -> {
              Set<ProgramKey> followers = entry.getValue().followers();
              if (!names.contains(entry.getKey().name())
                  || !entry.getKey().namespace().equals(program.namespace())) {
                followers.remove(program);
              }
              if (followers.isEmpty()) {
                entry.getValue().informer().close();
              }
              return followers.isEmpty();
            });
    if (names.isEmpty()) {
      following.remove(program);
    }
    return true;
  }

  /** Lists before it returns, then watches, and goes on when the API server was away. */
  private Watched watch(Name name) {
    try {
      return new Watched(
          client
              .configMaps()
              .inNamespace(name.namespace())
              .withName(name.name())
              .inform(new Changes(name)),
          new HashSet<>());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      throw new Refusal(
          Reason.ConfigMapNotFound,
          "maps: ConfigMap %s cannot be read: the operator may not get, list and watch configmaps"
                  .formatted(name.name())
              + " in namespace "
              + name.namespace(),
          e);
    }
  }

  @Override
  public synchronized Optional<Map<String, String>> data(ProgramKey program, String name) {
    Watched known = watched.get(new Name(program.namespace(), name));
    return known == null
        ? Optional.empty()
        : known.informer().getStore().list().stream().findFirst().map(WatchedConfigMaps::data);
  }

  private static Map<String, String> data(ConfigMap configMap) {
    return configMap.getData() == null ? Map.of() : configMap.getData();
  }

  private void changed(Name name) {
    List<ProgramKey> followers;
    synchronized (this) {
      Watched known = watched.get(name);
      followers = known == null ? List.of() : List.copyOf(known.followers());
    }
    followers.forEach(listener);
  }

  @PreDestroy
  synchronized void close() {
    watched.values().forEach(w -> w.informer().close());
    watched.clear();
  }

  private final class Changes implements ResourceEventHandler<ConfigMap> {
    private final Name name;

    private Changes(Name name) {
      this.name = name;
    }

    @Override
    public void onAdd(ConfigMap now) {
      changed(name);
    }

    @Override
    public void onUpdate(ConfigMap before, ConfigMap now) {
      if (!Objects.equals(data(before), data(now))) {
        changed(name);
      }
    }

    @Override
    public void onDelete(ConfigMap last, boolean unknown) {
      changed(name);
    }
  }
}
