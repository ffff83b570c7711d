package dev.skep.tests.stack;

import dev.skep.artifact.oci.RegistryProcess;
import java.nio.file.Path;

/** A real registry on a loopback port, with or without a login, that a story may take down. */
public final class TestRegistry implements AutoCloseable {
  public static final String USER = "reader";
  public static final String PASSWORD = "open-sesame";

  private final Path folder;
  private final int port;
  private final boolean login;
  private RegistryProcess process;

  private TestRegistry(Path folder, boolean login) {
    this.folder = folder;
    this.port = Ports.free();
    this.login = login;
  }

  public static TestRegistry start(Path folder, boolean login) {
    TestRegistry registry = new TestRegistry(folder, login);
    registry.up();
    return registry;
  }

  /** host:port */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Starts it, or starts it again where it was, with what it held. */
  public void up() {
    process =
        login
            ? RegistryProcess.startWithLogin(folder, port, USER, PASSWORD)
            : RegistryProcess.start(folder, port);
  }

  /** Ends it; what it holds stays for {@link #up}. */
  public void down() {
    process.close();
  }

  @Override
  public void close() {
    down();
  }
}
