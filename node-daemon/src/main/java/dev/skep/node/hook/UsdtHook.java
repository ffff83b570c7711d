package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
import dev.skep.node.libbpf.Links.UserPlace;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.EventSource;
import dev.skep.node.target.UsdtProbe;
import dev.skep.node.target.UserBinary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A static probe of a binary, at every place where it stands. */
record UsdtHook(Usdt hook, Host host) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return UprobeHook.missing(hook.binary());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    List<UsdtProbe> probes =
        new UserBinary(Path.of(hook.binary())).probes(hook.provider(), hook.name());
    List<Integer> slots =
        new UsdtSpecs(host.libbpf())
            .slots(
                program,
                probes.stream().map(UsdtProbe::arguments).toList(),
                Cookies.of(hook.cookie()));
    List<UserPlace> places = new ArrayList<>();
    for (int i = 0; i < probes.size(); i++) {
      UsdtProbe probe = probes.get(i);
      places.add(new UserPlace(probe.offset(), probe.semaphore(), slots.get(i)));
    }
    try {
      // libbpf loads SEC("usdt") for this kind of link where the kernel has it.
      return List.of(
          host.links()
              .userPlaces(
                  program.fd(), AttachType.TRACE_UPROBE_MULTI, false, hook.binary(), places));
    } catch (NativeError e) {
      if (e.errno() == Errno.EINVAL || e.errno() == Errno.EOPNOTSUPP) {
        return oneByOne(program.fd(), places);
      }
      throw e;
    }
  }

  private List<Fd> oneByOne(Fd program, List<UserPlace> places) {
    EventSource source =
        EventSource.find("uprobe")
            .orElseThrow(() -> new Refusal(Reason.Incompatible, UprobeHook.NOT_BUILT));
    List<Fd> links = new ArrayList<>();
    try {
      for (UserPlace place : places) {
        long config = source.counter(place.counter());
        var event =
            new PerfEventAttributes(source.type(), config, 0, false, hook.binary(), place.offset());
        links.add(PerfLink.create(host, program, event, 0, place.cookie()));
      }
      return links;
    } catch (RuntimeException e) {
      links.forEach(Fd::close);
      throw e;
    }
  }
}
