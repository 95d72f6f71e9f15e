package dev.pale.gateway.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import org.junit.jupiter.params.provider.MethodSource;

/** One fuzz test a class: in fuzzing mode a process fuzzes one. See bench/fuzz. */
final class RequestFuzzTest {
  @MethodSource("dev.pale.gateway.http.Seeds#requests")
  @FuzzTest(maxDuration = "20s")
  void anyBytesAreReadInOneWayOrRefused(byte[] raw) throws IOException {
    Oracle.requests(raw);
  }
}
