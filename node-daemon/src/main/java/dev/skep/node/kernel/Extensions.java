package dev.skep.node.kernel;

import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.node.dispatch.Member;
import dev.skep.node.dispatch.ProgramPins;
import dev.skep.node.dispatch.XdpInterfaces;
import dev.skep.node.libbpf.BpfObject;
import dev.skep.node.libbpf.BpfObject.MapDefinition;
import dev.skep.node.libbpf.BpfObject.Program;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The XDP programs of a load once more, as what is put into a dispatcher, with the same maps. Made
 * with the load, since its bytes are not at hand later when another program comes to the interface.
 */
final class Extensions implements ProgramPins {
  private static final Logger LOG = System.getLogger(Extensions.class.getName());

  private final Pins pins;

  Extensions(Pins pins) {
    this.pins = pins;
  }

  private static Set<String> functions(LoadRequest request) {
    return request.report().programs().stream()
        .filter(program -> program.type() == ProgramType.xdp)
        .map(ObjectProgram::function)
        .filter(request.functions()::contains)
        .collect(Collectors.toSet());
  }

  /**
   * Loads them; to be closed when they are pinned. Empty when there are none, and when the kernel
   * does not take them: then each has its interface for itself, and what comes second is told so.
   *
   * @param loaded the same object, whose maps are used
   * @param again the same object, opened once more
   */
  Optional<BpfObject> load(
      LoadRequest request, BpfObject loaded, XdpInterfaces interfaces, Supplier<BpfObject> again) {
    Set<String> functions = functions(request);
    if (functions.isEmpty() || interfaces.lacking().isPresent()) {
      return Optional.empty();
    }
    BpfObject object = again.get();
    try {
      for (Program program : object.programs()) {
        boolean wanted = functions.contains(program.name());
        program.setLoaded(wanted);
        if (wanted) {
          program.setReplacement(interfaces.template(), XdpInterfaces.templateFunction());
        }
      }
      for (int i = 0; i < object.maps().size(); i++) {
        MapDefinition made = loaded.maps().get(i);
        if (made.fd() >= 0) {
          object.maps().get(i).reuse(made);
        }
      }
      object.load();
      return Optional.of(object);
    } catch (NativeError e) {
      object.close();
      LOG.log(
          Level.INFO,
          "{0}: {1} cannot share an interface with other XDP programs: {2}",
          request.key(),
          functions,
          e.lastMessage());
      return Optional.empty();
    } catch (RuntimeException e) {
      object.close();
      throw e;
    }
  }

  private Optional<Fd> find(Member member, String kind) {
    String[] names = member.program().split("/", 2);
    return pins.find(new LoadKey(names[0], names[1], member.load()), kind, member.function());
  }

  @Override
  public Optional<Fd> program(Member member) {
    return find(member, PinNames.PROGRAMS);
  }

  @Override
  public Optional<Fd> extension(Member member) {
    return find(member, PinNames.EXTENSIONS);
  }
}
