package dev.pale.crypto.ecies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Values that dotenvx 2.38 encrypted to a throw-away key. */
class DotenvxKeyTest {
  private static final String KEY =
      "4f51b64ce61cdcec4a0d9b97a6885049070444e6b95cc1ca8ff30d42ea15a3ef";
  private static final String HELLO =
      "BMq01Hea4MZo2bmuPZY6uFjE5vgENr7rgCbQrAMaCw7hoBvo1w468fzwObLuXJHPWfge3x+ynTcbGZtlPmCweMl/c9qNDeFXTrs0XrXozHpKX+EWSpBnV0MVa6cXzXKsRWfWkKr6";
  private static final String UNICODE =
      "BAW6zFMug7I33V+EIYHlF05jY9kzuUTuCi2+DX6Yzl74/5m9qFkBY5OP4i42vLDHlEeVglfHj6p/Tman6OXWbNO+bkJkyg8Hm/Oab1BkM2iNcJ5EZNXsHTF1YlJ3UnGIt8luhhd8l60=";

  private static byte[] bytes(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  @Test
  void opens_what_dotenvx_encrypted() {
    DotenvxKey key = DotenvxKey.parse(KEY);
    assertThat(new String(key.open(bytes(HELLO)), StandardCharsets.UTF_8)).isEqualTo("hello");
    assertThat(new String(key.open(bytes(UNICODE)), StandardCharsets.UTF_8)).isEqualTo("zoë $x");
  }

  @Test
  void refuses_a_value_with_any_bit_changed() {
    DotenvxKey key = DotenvxKey.parse(KEY);
    byte[] sealed = bytes(HELLO);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> key.open(changed))
          .as("byte " + i)
          .isInstanceOfAny(AuthenticationException.class, CryptoException.class);
    }
  }

  @Test
  void refuses_other_keys_and_what_is_no_key() {
    String other = KEY.substring(0, 63) + (KEY.endsWith("0") ? "1" : "0");
    assertThatThrownBy(() -> DotenvxKey.parse(other).open(bytes(HELLO)))
        .isInstanceOf(AuthenticationException.class);
    for (String none : new String[] {"", "zz", "0".repeat(64), "f".repeat(64), KEY + "00"}) {
      assertThatThrownBy(() -> DotenvxKey.parse(none)).isInstanceOf(CryptoException.class);
    }
    assertThatThrownBy(() -> DotenvxKey.parse(KEY).open(new byte[40]))
        .isInstanceOf(CryptoException.class);
  }

  @Test
  void doubling_and_adding_agree_with_the_published_multiples_of_the_generator() {
    Secp256k1.Point generator =
        new Secp256k1.Point(
            big("79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798"),
            big("483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8"));
    assertThat(Secp256k1.multiply(generator, java.math.BigInteger.TWO).x())
        .isEqualTo(big("C6047F9441ED7D6D3045406E95C07CD85C778E4B8CEF3CA7ABAC09B95C709EE5"));
    assertThat(
            Secp256k1.multiply(generator, Secp256k1.ORDER.subtract(java.math.BigInteger.ONE)).x())
        .as("the opposite of the generator")
        .isEqualTo(generator.x());
  }

  private static java.math.BigInteger big(String hex) {
    return new java.math.BigInteger(hex, 16);
  }
}
