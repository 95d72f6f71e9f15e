package dev.pale.gateway.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.provider.MethodSource;

/** One fuzz test a class: in fuzzing mode a process fuzzes one. See bench/fuzz. */
final class ResponseFuzzTest {
  private static final String[] METHODS = {"GET", "HEAD", "CONNECT"};

  /**
   * The first byte chooses the method that is answered.
   *
   * @param raw that byte and the response
   */
  @MethodSource("dev.pale.gateway.http.Seeds#responses")
  @FuzzTest(maxDuration = "20s")
  void anyBytesAreReadInOneWayOrRefused(byte[] raw) throws IOException {
    if (raw.length > 0) {
      String method = METHODS[(raw[0] & 0xff) % METHODS.length];
      Oracle.responses(Arrays.copyOfRange(raw, 1, raw.length), method);
    }
  }
}
