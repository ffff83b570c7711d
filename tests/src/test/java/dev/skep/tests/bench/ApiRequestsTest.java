package dev.skep.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ApiRequestsTest {
  private static final String BEFORE =
      """
      # TYPE apiserver_request_total counter
      apiserver_request_total{code="201",component="apiserver",dry_run="",group="skep.dev",resource="bpfprograms",scope="resource",subresource="",verb="POST",version="v1alpha1"} 3
      """;
  private static final String AFTER =
      """
      apiserver_request_total{code="201",component="apiserver",dry_run="",group="skep.dev",resource="bpfprograms",scope="resource",subresource="",verb="POST",version="v1alpha1"} 5
      apiserver_request_total{code="200",component="apiserver",dry_run="",group="skep.dev",resource="bpfprograms",scope="resource",subresource="status",verb="PATCH",version="v1alpha1"} 3
      apiserver_request_total{code="409",component="apiserver",dry_run="",group="skep.dev",resource="bpfprograms",scope="resource",subresource="status",verb="PATCH",version="v1alpha1"} 1
      apiserver_request_total{code="200",component="apiserver",dry_run="",group="coordination.k8s.io",resource="leases",scope="resource",subresource="",verb="PUT",version="v1"} 90
      """;

  @Test
  @DisplayName("what was asked between two readings, without our own requests and without leases")
  void difference() {
    ApiRequests made =
        ApiRequests.parse(AFTER).since(ApiRequests.parse(BEFORE)).without("POST bpfprograms", 2);
    assertThat(made.total()).isEqualTo(4);
    assertThat(made.per(2)).isEqualTo("PATCH bpfprograms/status 2.00");
  }
}
