package dev.pale.crypto.age;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;

/** The test files of the Community Cryptography Test Vectors, age/testdata. */
@EnabledIf("dev.pale.crypto.age.ConformanceData#present")
class AgeConformanceTest {
  /**
   * A chunk that authenticates as one in the middle, or as the last one, but stands where it cannot
   * be that: the vectors let it be given out before the failure, Pale holds it back.
   */
  private static final Set<String> HELD_BACK =
      Set.of(
          "stream_no_final_full",
          "stream_no_final_two_chunks_full",
          "stream_trailing_garbage_short",
          "stream_two_final_chunks_full");

  @TestFactory
  Stream<DynamicTest> everyFileEndsAsItSays() throws IOException {
    Path folder = ConformanceData.folder().orElseThrow().resolve("testdata");
    return Files.list(folder)
        .sorted()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private static void check(Path file) throws Exception {
    Vector vector = Vector.read(Files.readAllBytes(file));
    ByteArrayOutputStream released = new ByteArrayOutputStream();
    String end = outcome(vector, released);
    assertThat(end).isEqualTo(vector.expect);
    if (!vector.payload.isEmpty() && end.equals("success")) {
      assertThat(sha256(released.toByteArray())).isEqualTo(vector.payload);
    }
    if (!vector.payload.isEmpty() && end.equals("payload failure")) {
      String name = file.getFileName().toString();
      boolean same = sha256(released.toByteArray()).equals(vector.payload);
      assertThat(same)
          .as("%s after %d bytes", name, released.size())
          .isEqualTo(!HELD_BACK.contains(name));
    }
    // The form without a stream gives out all or nothing.
    if (!end.equals("success")) {
      assertThat(decrypts(vector)).isFalse();
    }
  }

  private static boolean decrypts(Vector vector) {
    try {
      Age.decrypt(vector.file, vector.identities);
      return true;
    } catch (CryptoException e) {
      return false;
    }
  }

  private static String outcome(Vector vector, ByteArrayOutputStream released) throws IOException {
    byte[] binary;
    try {
      binary =
          vector.armored
              ? new ArmorInput(new ByteArrayInputStream(vector.file)).readAllBytes()
              : vector.file;
    } catch (CryptoException e) {
      return "armor failure";
    }
    InputStream in;
    try {
      in = Age.decrypting(new ByteArrayInputStream(binary), vector.identities);
    } catch (AuthenticationException e) {
      return "HMAC failure";
    } catch (CryptoException e) {
      return e.kind() == CryptoException.Kind.NO_MATCHING_IDENTITY ? "no match" : "header failure";
    }
    try {
      in.transferTo(released);
      return "success";
    } catch (AuthenticationException e) {
      return "payload failure";
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static final class Vector {
    String expect = "";
    String payload = "";
    boolean armored;
    final List<AgeIdentity> identities = new ArrayList<>();
    byte[] file = new byte[0];

    static Vector read(byte[] bytes) throws IOException {
      Vector vector = new Vector();
      boolean compressed = false;
      int at = 0;
      while (true) {
        int end = at;
        while (bytes[end] != '\n') {
          end++;
        }
        String line = new String(bytes, at, end - at, StandardCharsets.UTF_8);
        at = end + 1;
        if (line.isEmpty()) {
          break;
        }
        String value = line.substring(line.indexOf(": ") + 2);
        switch (line.substring(0, line.indexOf(':'))) {
          case "expect" -> vector.expect = value;
          case "payload" -> vector.payload = value;
          case "armored" -> vector.armored = true;
          case "compressed" -> compressed = true;
          case "passphrase" ->
              vector.identities.add(AgeIdentity.passphrase(value.getBytes(StandardCharsets.UTF_8)));
          case "identity" ->
              vector.identities.addAll(
                  AgeIdentity.parseFile(value.getBytes(StandardCharsets.UTF_8)));
          default -> {}
        }
      }
      vector.file = Arrays.copyOfRange(bytes, at, bytes.length);
      if (compressed) {
        vector.file = new InflaterInputStream(new ByteArrayInputStream(vector.file)).readAllBytes();
      }
      return vector;
    }
  }
}
