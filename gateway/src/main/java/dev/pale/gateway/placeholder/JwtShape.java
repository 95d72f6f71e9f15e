package dev.pale.gateway.placeholder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * A JSON Web Token (RFC 7519) that decodes, does not expire before 2100, and whose signature nobody
 * made. As long as the real one where the payload has the room.
 */
record JwtShape(String name) implements Shape {
  private static final int SHORTEST_SIGNATURE = 43;

  /** Last characters of unpadded base64 whose unused bits are zero. */
  private static final String LAST_OF_TWO = "AQgw";

  private static final String LAST_OF_THREE = "AEIMQUYcgkosw048";

  @Override
  public int randomBits() {
    return 200;
  }

  /** Whether a value has three parts of base64url and a JSON object first. */
  static boolean isJwt(byte[] value) {
    int dots = 0;
    for (byte c : value) {
      if (c == '.') {
        dots++;
      } else if (Alphabet.membershipOf(c) == 0 && c != '-' && c != '_') {
        return false;
      }
    }
    return dots == 2 && value.length > 20 && value[0] == 'e' && value[1] == 'y' && value[2] == 'J';
  }

  private static int signatureLength(byte[] real) {
    if (!isJwt(real)) {
      return SHORTEST_SIGNATURE;
    }
    int dot = real.length - 1;
    while (real[dot] != '.') {
      dot--;
    }
    int length = Math.min(real.length - dot - 1, 2048);
    return length >= SHORTEST_SIGNATURE && length % 4 != 1 ? length : SHORTEST_SIGNATURE;
  }

  @Override
  public Candidate draw(byte[] real, RandomGenerator random) {
    int signature = signatureLength(real);
    String algorithm = signature == 86 ? "ES256" : signature > 100 ? "RS256" : "HS256";
    String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}";
    int payload = real.length - signature - 2 - encodedLength(header.length());
    if (payload % 4 == 1) {
      header += " ";
      payload -= 2;
    }
    String head = "{\"iss\":\"auth\",\"iat\":1735689600,\"exp\":4102444800,\"jti\":\"";
    int fill = Math.max(22, Math.min(payload, 8192) * 3 / 4 - head.length() - 2);
    byte[] jti = new byte[fill];
    Pattern.fill(Alphabet.BASE62, jti, 0, fill, random);
    String claims = head + new String(jti, StandardCharsets.US_ASCII) + "\"}";
    String text = encode(header) + "." + encode(claims) + ".";
    byte[] whole =
        Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), text.length() + signature);
    boolean[] literal = new boolean[whole.length];
    Arrays.fill(literal, 0, text.length(), true);
    String last =
        switch (signature % 4) {
          case 2 -> LAST_OF_TWO;
          case 3 -> LAST_OF_THREE;
          default -> "";
        };
    do {
      Pattern.fill(Alphabet.BASE62, whole, text.length(), signature, random);
      Recogniser.write(Alphabet.BASE62, whole, whole.length);
    } while (!last.isEmpty() && last.indexOf(whole[whole.length - 1]) < 0);
    return new Candidate(whole, literal);
  }

  private static int encodedLength(int bytes) {
    return (bytes * 4 + 2) / 3;
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean accepts(byte[] text) {
    if (!isJwt(text)) {
      return false;
    }
    int run = text.length;
    while (Alphabet.membershipOf(text[run - 1]) != 0) {
      run--;
    }
    return text[run - 1] == '.' && Recogniser.endsInCheck(text, run, text.length);
  }
}
