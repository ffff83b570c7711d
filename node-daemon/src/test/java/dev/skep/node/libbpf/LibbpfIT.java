package dev.skep.node.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The real library: that calls arrive, and that its refusals carry errno and words. */
class LibbpfIT {
  @Test
  @DisplayName("Its version is one that we can use")
  void version() {
    assertThat(Libbpf.get().version()).startsWith("v1.");
    assertThat(Libbpf.get().possibleCpus()).isPositive();
  }

  @Test
  @DisplayName("Bytes that are no object: errno, and libbpf's own last line")
  void notAnObject() {
    NativeError e =
        catchThrowableOfType(NativeError.class, () -> Libbpf.get().open(new byte[100], "nothing"));
    assertThat(e.errno()).isPositive();
    assertThat(e.lastMessage()).contains("elf");
  }

  @Test
  @DisplayName("What one thread makes libbpf print, another does not see")
  void messagesPerThread() throws InterruptedException {
    Thread other =
        Thread.ofPlatform()
            .start(
                () ->
                    catchThrowableOfType(
                        NativeError.class, () -> Libbpf.get().open(new byte[100], "nothing")));
    other.join();
    assertThat(LibbpfLog.take()).isEmpty();
  }

  @Test
  @DisplayName("A path that is not there: ENOENT from libc and from libbpf, with the call")
  void noSuchPath() {
    String path = Path.of("/sys/fs/bpf/no-such-pin").toString();
    NativeError libbpf = catchThrowableOfType(NativeError.class, () -> Libbpf.get().open(path));
    assertThat(libbpf.errno()).isEqualTo(Errno.ENOENT);
    assertThat(libbpf).hasMessage("bpf_obj_get " + path + ": ENOENT (No such file or directory)");
    NativeError libc = catchThrowableOfType(NativeError.class, () -> Libc.get().open(path));
    assertThat(libc.errno()).isEqualTo(Errno.ENOENT);
  }

  @Test
  @DisplayName("A function that the library lacks is an error of its call only")
  void missingSymbol() throws Throwable {
    var handle =
        Symbols.libbpf(
            "bpf_no_such_function",
            java.lang.foreign.FunctionDescriptor.of(
                java.lang.foreign.ValueLayout.JAVA_INT, java.lang.foreign.ValueLayout.JAVA_INT));
    NativeError e =
        catchThrowableOfType(
            NativeError.class,
            () -> {
              int ignored = (int) handle.invokeExact(1);
              assertThat(ignored).isZero();
            });
    assertThat(e).hasMessageContaining("libbpf lacks this function");
  }
}
