package dev.skep.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Lease that the leading operator holds. */
record OwnLease(KubernetesClient client, String namespace, String holder) {
  static final String NAME = "skep-operator";

  private static final Logger LOG = LoggerFactory.getLogger(OwnLease.class);

  /** Leaves it without a holder, so that the next one need not wait until it runs out. */
  void release() {
    try {
      Lease lease = client.leases().inNamespace(namespace).withName(NAME).get();
      if (lease == null || !holder.equals(lease.getSpec().getHolderIdentity())) {
        return;
      }
      lease.getSpec().setHolderIdentity("");
      client.resource(lease).lockResourceVersion(lease.getMetadata().getResourceVersion()).update();
      LOG.info("the Lease is free");
    } catch (KubernetesClientException e) {
      LOG.warn("the Lease is not freed; it runs out by itself: {}", e.getMessage());
    }
  }
}
