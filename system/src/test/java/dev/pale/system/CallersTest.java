package dev.pale.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ways of calling C give the same answers and the same error numbers. */
class CallersTest {
  @TempDir Path folder;

  private Libc.Caller jffi() throws IOException {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    Path library = folder.resolve("libjffi.so");
    try (InputStream in =
        Objects.requireNonNull(
            getClass().getResourceAsStream("/jni/" + machine + "-Linux/libjffi-1.2.so"))) {
      Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
    }
    return Objects.requireNonNull(JffiCaller.create(library.toString()));
  }

  @Test
  void bothAnswerAlike() throws IOException {
    for (Libc.Caller caller : new Libc.Caller[] {new ForeignCaller(), jffi()}) {
      long pid = caller.call(caller.find("getpid"), 0, 0, 0, 0, 0, 0);
      assertThat((int) pid).isEqualTo((int) ProcessHandle.current().pid());
      assertThat((int) caller.call(caller.find("close"), -1, 0, 0, 0, 0, 0)).isEqualTo(-1);
      assertThat(caller.errno()).isEqualTo(9);
      long strtoll = caller.find("strtoll");
      var text = Libc.cString("1234567890123456789");
      assertThat(caller.call(strtoll, Libc.address(text), 0, 10, 0, 0, 0))
          .isEqualTo(1234567890123456789L);
      assertThat(caller.find("no_such_function_here")).isZero();
    }
  }

  @Test
  void errorNumbersArePerThread() throws Exception {
    Libc.Caller caller = jffi();
    caller.call(caller.find("close"), -1, 0, 0, 0, 0, 0);
    Thread other = new Thread(() -> caller.call(caller.find("kill"), 1L << 29, 0, 0, 0, 0, 0));
    other.start();
    other.join();
    assertThat(caller.errno()).isEqualTo(9);
  }

  @Test
  void aMissingLibraryMeansTheOtherWay() {
    assertThat(JffiCaller.create(folder.resolve("none.so").toString())).isNull();
    assertThat(JffiCaller.create("")).isNull();
  }
}
