package dev.pale.sops;

import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens the data keys of the fixtures: age by this project, PGP by the program gpg. */
final class TestKeys {
  private TestKeys() {}

  static byte[] dataKey(SopsMetadata metadata, String keyFile) throws Exception {
    List<byte[]> parts = new ArrayList<>();
    for (List<MasterKey> group : metadata.groups()) {
      parts.add(part(group, keyFile));
    }
    return parts.size() == 1 ? parts.get(0) : combine(parts);
  }

  private static byte[] part(List<MasterKey> group, String keyFile) throws Exception {
    byte[] secret = Fixtures.bytes("keys/" + keyFile);
    for (MasterKey key : group) {
      if (key.kind().equals("age") && !keyFile.startsWith("pgp")) {
        try {
          return Age.decrypt(
              key.wrapped().getBytes(StandardCharsets.UTF_8), AgeIdentity.parseFile(secret));
        } catch (RuntimeException e) {
          // Another key of the group may open it.
        }
      }
      if (key.kind().equals("pgp") && keyFile.startsWith("pgp")) {
        byte[] opened = gpg(secret, key.wrapped().getBytes(StandardCharsets.UTF_8));
        if (opened.length == 32) {
          return opened;
        }
      }
    }
    throw new IllegalStateException("no key opens it");
  }

  private static byte[] gpg(byte[] secret, byte[] wrapped) throws Exception {
    Path home = Files.createTempDirectory("gpg");
    try {
      run(home, secret, "--import");
      return run(home, wrapped, "--decrypt");
    } finally {
      run(home, new byte[0], "--version");
      new ProcessBuilder("gpgconf", "--homedir", home.toString(), "--kill", "all")
          .start()
          .waitFor();
      try (var files = Files.walk(home)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static byte[] run(Path home, byte[] input, String command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "gpg", "--homedir", home.toString(), "--batch", "--quiet", "--yes", command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in = process.getOutputStream()) {
      in.write(input);
    }
    byte[] output = process.getInputStream().readAllBytes();
    process.waitFor();
    return output;
  }

  /** Lagrange's interpolation at 0 over GF(2^8). */
  private static byte[] combine(List<byte[]> parts) {
    byte[] secret = new byte[32];
    for (int at = 0; at < 32; at++) {
      int sum = 0;
      for (byte[] one : parts) {
        int term = one[at] & 0xff;
        for (byte[] other : parts) {
          if (one != other) {
            int x = other[32] & 0xff;
            term = multiply(term, multiply(x, inverse(x ^ one[32] & 0xff)));
          }
        }
        sum ^= term;
      }
      secret[at] = (byte) sum;
    }
    return secret;
  }

  private static int inverse(int a) {
    for (int b = 1; b < 256; b++) {
      if (multiply(a, b) == 1) {
        return b;
      }
    }
    return 0;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    for (int bit = 0; bit < 8; bit++) {
      if ((b >> bit & 1) == 1) {
        product ^= a << bit;
      }
    }
    for (int bit = 14; bit >= 8; bit--) {
      if ((product >> bit & 1) == 1) {
        product ^= 0x11b << bit - 8;
      }
    }
    return product;
  }
}
