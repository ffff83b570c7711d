package dev.skep.node.dispatch;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.PinFolders;
import dev.skep.node.libbpf.Xdp;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The XDP programs of each interface: one alone is what the interface's link runs, several are run
 * by a dispatcher. Whatever changes is built aside, and then the link is turned over to it, in one
 * step that no packet sees. Thread-safe; changes of one interface go one after the other.
 */
public final class XdpInterfaces implements AutoCloseable {
  private static final Logger LOG = System.getLogger(XdpInterfaces.class.getName());

  /**
   * How the name begins of an attachment through a link of ours; the interface's folder follows.
   */
  private static final String OURS = "link ";

  private final Path root;
  private final Libbpf libbpf;
  private final Libc libc;
  private final Xdp xdp;
  private final ProgramPins programs;
  private final DispatcherObject object;
  private final Turnover turnover;
  private final LibxdpInterfaces libxdp;
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  /**
   * @param root folder of a bpffs for the pins of interfaces, made when it is needed
   * @param programs of members
   */
  public XdpInterfaces(Path root, Libbpf libbpf, Libc libc, Xdp xdp, ProgramPins programs) {
    this.root = root;
    this.libbpf = libbpf;
    this.libc = libc;
    this.xdp = xdp;
    this.programs = programs;
    this.object = new DispatcherObject(libbpf);
    Dispatchers dispatchers = new Dispatchers(libbpf, xdp, object);
    this.turnover = new Turnover(libbpf, xdp, programs, object, dispatchers);
    this.libxdp = new LibxdpInterfaces(LibxdpInterfaces.FOLDER, libbpf, libc, xdp, dispatchers);
  }

  /**
   * How a member stands on its interface.
   *
   * @param linkId the kernel's id of the link that makes it run
   * @param ifindex the interface that runs it, 0 when it was deleted
   */
  public record Standing(int linkId, int ifindex) {}

  /** Why several programs cannot share an interface on this kernel, if so. */
  public Optional<String> lacking() {
    return object.lacking().map(Failure::message);
  }

  /** The function that members are loaded as replacements of, to be put into any dispatcher. */
  public Fd template() {
    return object.template();
  }

  /** The name of that function. */
  public static String templateFunction() {
    return DispatcherObject.slot(0);
  }

  /**
   * Lets an interface run a program, beside those of ours that it runs already.
   *
   * @param link makes the interface's link, when it has none
   * @return what names the attachment later
   */
  public String join(Place place, Member member, Function<Fd, Fd> link) {
    for (int attempt = 0; ; attempt++) {
      String folder = place.folder(attempt);
      Optional<String> joined = locked(folder, () -> join(folder, place, member, link));
      if (joined.isPresent()) {
        return joined.get();
      }
    }
  }

  /** Empty when the folder is of an interface that was moved to another network namespace. */
  private Optional<String> join(
      String folder, Place place, Member member, Function<Fd, Fd> create) {
    InterfacePins pins = pins(folder);
    Optional<InterfacePins.Running> running = alive(pins);
    if (running.isPresent()) {
      Optional<Xdp.OnInterface> now = xdp.query(place.ifindex());
      int program = running.get().link().programId();
      if (now.isEmpty() || now.get().programId() != program) {
        return Optional.empty();
      }
      requireMode(place, now.get().mode());
      Members after = turnover.loaded(running.get().members()).with(member);
      after.requireRoom(place.name());
      requireSharing(place, member, after);
      turnover.change(pins, running.get(), after);
      return Optional.of(OURS + folder);
    }
    try {
      standAlone(pins, member, create);
      return Optional.of(OURS + folder);
    } catch (NativeError e) {
      // Who stands there is asked only now: the answer names every interface of the namespace.
      if (e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST) {
        Optional<Xdp.OnInterface> now = xdp.query(place.ifindex());
        if (now.isPresent() && libxdp.stands(place.ifindex(), now.get())) {
          return Optional.of(joinLibxdp(place, member, now.get()));
        }
      }
      throw e;
    }
  }

  private void standAlone(InterfacePins pins, Member member, Function<Fd, Fd> create) {
    try (Fd program = turnover.program(member);
        Fd link = create.apply(program)) {
      pins.write(libbpf.programInfo(program).id(), Members.NONE.with(member), List.of());
      pins.pinLink(link);
    } catch (RuntimeException e) {
      pins.clear();
      throw e;
    }
  }

  private String joinLibxdp(Place place, Member member, Xdp.OnInterface now) {
    requireMode(place, now.mode());
    try (Fd extension = turnover.extension(member)) {
      libxdp.change(place.ifindex(), Optional.empty(), Optional.of(extension), member);
    }
    return LibxdpInterfaces.NAME + place.ifindex();
  }

  /** Says who is there already, when the one that comes cannot be put beside it. */
  private void requireSharing(Place place, Member joining, Members after) {
    if (after.list().size() < 2 || turnover.isSharing(after)) {
      return;
    }
    String others =
        after.without(joining).list().stream()
            .map(Member::program)
            .collect(Collectors.joining(", "));
    Failure why =
        object
            .lacking()
            .orElseGet(
                () ->
                    Failure.of(
                        Reason.InterfaceBusy, "the kernel does not load one of them as that"));
    throw new Refusal(
        why.reason(),
        "%s runs an XDP program already: BpfProgram %s; several on one interface need freplace, and %s"
            .formatted(place.name(), others, why.message()));
  }

  /** The programs of an interface run in one mode, that of the first. */
  private static void requireMode(Place place, Xdp.Mode now) {
    if (place.mode().isPresent() && place.mode().get() != now) {
      throw new Refusal(
          Reason.InterfaceBusy,
          place.name()
              + " runs XDP programs in "
              + now.name().toLowerCase(Locale.ROOT)
              + " mode already, and runs all of them in one mode");
    }
  }

  /** A link whose interface is gone holds nothing any more. */
  private static Optional<InterfacePins.Running> alive(InterfacePins pins) {
    Optional<InterfacePins.Running> running = pins.running();
    if (running.isPresent() && running.get().link().ifindex() == 0) {
      pins.clear();
      return Optional.empty();
    }
    return running;
  }

  /** Lets a member be followed by another load of it, or another function, in one step. */
  public void replace(String attachment, Member old, Member by) {
    if (!attachment.startsWith(OURS)) {
      try (Fd extension = turnover.extension(by)) {
        libxdp.change(
            libxdp.ifindex(attachment), programs.extension(old), Optional.of(extension), by);
      }
      return;
    }
    changeMembers(attachment, members -> members.without(old).with(by));
  }

  /** Ends one member's attachment; the others go on. */
  public void leave(String attachment, Member member) {
    if (!attachment.startsWith(OURS)) {
      libxdp.change(
          libxdp.ifindex(attachment), programs.extension(member), Optional.empty(), member);
      return;
    }
    // Another load of the same function may have taken its place: that one stays.
    changeMembers(
        attachment,
        members ->
            members.find(member).filter(m -> m.load().equals(member.load())).isPresent()
                ? members.without(member)
                : members);
  }

  private void changeMembers(String attachment, Function<Members, Members> change) {
    String folder = attachment.substring(OURS.length());
    locked(
        folder,
        () -> {
          InterfacePins pins = pins(folder);
          alive(pins)
              .ifPresent(
                  running -> turnover.change(pins, running, change.apply(running.members())));
          return null;
        });
  }

  /** How a member stands; empty when its interface does not run it. */
  public Optional<Standing> standing(String attachment, Member member) {
    if (!attachment.startsWith(OURS)) {
      return programs
          .extension(member)
          .flatMap(
              fd -> {
                try (fd) {
                  return libxdp.standing(libxdp.ifindex(attachment), fd);
                }
              });
    }
    String folder = attachment.substring(OURS.length());
    return locked(folder, () -> standing(pins(folder), member));
  }

  private Optional<Standing> standing(InterfacePins pins, Member member) {
    Optional<InterfacePins.Running> running = pins.running();
    if (running.isEmpty() || running.get().link().ifindex() == 0) {
      return Optional.empty();
    }
    LinkInfo link = running.get().link();
    List<Member> members = running.get().members().list();
    int number = 0;
    while (number < members.size()
        && !(members.get(number).replaces(member)
            && members.get(number).load().equals(member.load()))) {
      number++;
    }
    if (number == members.size()) {
      return Optional.empty();
    }
    LinkInfo shown = pins.slot(link.programId(), number).orElse(link);
    return Optional.of(new Standing(shown.id(), link.ifindex()));
  }

  /** Ends what a load has left on interfaces; nothing, mostly. */
  public void leave(String program, String load) {
    for (String folder : PinFolders.names(root)) {
      changeMembers(
          OURS + folder,
          members ->
              new Members(
                  members.list().stream()
                      .filter(m -> !(m.program().equals(program) && m.load().equals(load)))
                      .toList()));
    }
  }

  /** Removes what processes that died left over. Detaches nothing. */
  public void recover() {
    for (String folder : PinFolders.names(root)) {
      try {
        locked(folder, () -> recover(pins(folder)));
      } catch (NativeError | UncheckedIOException e) {
        // One interface keeps no daemon from starting.
        LOG.log(Level.WARNING, "pins of {0} cannot be read: {1}", folder, e.getMessage());
      }
    }
  }

  private static InterfacePins recover(InterfacePins pins) {
    pins.running()
        .ifPresentOrElse(running -> pins.removeAllBut(running.link().programId()), pins::clear);
    return pins;
  }

  private InterfacePins pins(String folder) {
    return new InterfacePins(libbpf, libc, root.resolve(folder));
  }

  private <T> T locked(String folder, Supplier<T> change) {
    synchronized (locks.computeIfAbsent(folder, _ -> new Object())) {
      return change.get();
    }
  }

  @Override
  public void close() {
    object.close();
  }
}
