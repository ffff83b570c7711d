package dev.skep.node.dispatch;

import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.PinFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is pinned for one interface:
 *
 * <pre>
 * ROOT/NETWORK-IFINDEX/link               the interface's kernel link
 *                     /PROGRAM/member-N   symbolic link; its text says which program of ours
 *                             /link-N     its place in the dispatcher; none when it runs alone
 * </pre>
 *
 * <p>PROGRAM is the kernel's id of what the interface's link shall run. The folder is filled first,
 * then the link is turned over, so the folder named by what the link runs tells the truth at every
 * moment; any other is left over.
 */
final class InterfacePins {
  private static final String LINK = "link";
  private static final String MEMBER = "member-";
  private static final String SLOT = "link-";

  /** What a link runs, and who that is. */
  record Running(LinkInfo link, Members members) {}

  private final Libbpf libbpf;
  private final PinFolders folders;
  private final Path folder;

  InterfacePins(Libbpf libbpf, Libc libc, Path folder) {
    this.libbpf = libbpf;
    this.folders = new PinFolders(libbpf, libc);
    this.folder = folder;
  }

  private Path pin(int program, String name) {
    return folder.resolve(Integer.toString(program)).resolve(name);
  }

  /** The interface's link, for the caller to close. */
  Optional<Fd> link() {
    return folders.open(folder.resolve(LINK));
  }

  /** What stands there; empty when no link is pinned. */
  Optional<Running> running() {
    return link()
        .map(
            fd -> {
              try (fd) {
                LinkInfo info = libbpf.linkInfo(fd);
                return new Running(info, members(info.programId()));
              }
            });
  }

  private Members members(int program) {
    List<Member> members = new ArrayList<>();
    for (String name : PinFolders.names(folder.resolve(Integer.toString(program)))) {
      if (name.startsWith(MEMBER)) {
        text(pin(program, name)).flatMap(Member::read).ifPresent(members::add);
      }
    }
    return new Members(members);
  }

  private static Optional<String> text(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException foreign) {
      return Optional.empty();
    }
  }

  /** The link with which a member stands in the dispatcher; empty when it runs alone. */
  Optional<LinkInfo> slot(int program, int number) {
    return folders
        .open(pin(program, SLOT + number))
        .map(
            fd -> {
              try (fd) {
                return libbpf.linkInfo(fd);
              }
            });
  }

  /** Says, beside the interface's link, who will be run when it runs a program. */
  void write(int program, Members members, List<Fd> slots) {
    remove(program);
    makeFolders();
    folders.make(folder.resolve(Integer.toString(program)));
    try {
      for (int i = 0; i < members.list().size(); i++) {
        Path text = Path.of(members.list().get(i).text());
        Files.createSymbolicLink(pin(program, MEMBER + i), text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < slots.size(); i++) {
      libbpf.pin(slots.get(i).number(), pin(program, SLOT + i).toString());
    }
  }

  /** The last program of another interface may be taking the parent away just now. */
  private void makeFolders() {
    for (int attempt = 0; ; attempt++) {
      try {
        folders.make(folder.getParent());
        folders.make(folder);
        return;
      } catch (NativeError e) {
        if (e.errno() != Errno.ENOENT || attempt == 10) {
          throw e;
        }
      }
    }
  }

  void pinLink(Fd link) {
    libbpf.pin(link.number(), folder.resolve(LINK).toString());
  }

  /** Removes what is left over: every folder but that of the program that runs. */
  void removeAllBut(int program) {
    for (String name : PinFolders.names(folder)) {
      if (!name.equals(LINK) && !name.equals(Integer.toString(program))) {
        folders.remove(folder.resolve(name));
      }
    }
  }

  void remove(int program) {
    folders.remove(folder.resolve(Integer.toString(program)));
  }

  /** Removes everything; with its last pin goes the interface's link. */
  void clear() {
    folders.removePin(folder.resolve(LINK));
    PinFolders.names(folder).forEach(name -> folders.remove(folder.resolve(name)));
    folders.removeEmpty(folder);
    removeParent();
  }

  private void removeParent() {
    try {
      folders.removeEmpty(folder.getParent());
    } catch (NativeError e) {
      if (e.errno() != Errno.ENOTEMPTY) {
        throw e;
      }
    }
  }
}
