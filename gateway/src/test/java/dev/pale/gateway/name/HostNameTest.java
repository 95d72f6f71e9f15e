package dev.pale.gateway.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pale.gateway.refusal.Refusal;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
  @ParameterizedTest
  @CsvSource({
    "api.example.com, api.example.com",
    "API.Example.COM, api.example.com",
    "api.example.com., api.example.com",
    "localhost, localhost",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "a--b.example, a--b.example",
    "3com.com, 3com.com",
    "1.2.3.4.example, 1.2.3.4.example",
    "192.0.2.1, 192.0.2.1",
    "2001:db8::1, 2001:db8::1",
    "::, ::",
    "::1, ::1",
    "2001:db8::, 2001:db8::",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1::1, 2001:0:0:1::1",
    "::ffff:a9fe:a9fe, ::ffff:a9fe:a9fe",
  })
  void one_canonical_spelling(String sent, String canonical) {
    assertThat(HostName.parse(sent)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a..b",
        ".example.com",
        "example.com..",
        "-a.example",
        "a-.example",
        "a_b.example",
        "a b.example",
        " example.com",
        "example.com ",
        "exa\tmple.com",
        "example.com\r\nHost: evil",
        "example.com\0",
        "example.com%00.evil.com",
        "%65xample.com",
        "user@example.com",
        "allowed.com@evil.com",
        "allowed.com:pw@evil.com",
        "example.com/x",
        "example.com\\x",
        "example.com?x",
        "example.com#x",
        "example.com:443",
        "*.example.com",
        "example\u3002com",
        "example\uff0ecom",
        "\uff45xample.com",
        "b\u00fccher.example",
        "\u212aelvin.example",
        "ex\u0430mple.com",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7f000001",
        "0X7F000001",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.01",
        "127.0.0.256",
        "127.0.0.1.",
        "1.2.3.4.5",
        "example.0x7f",
        "example.0x",
        "example.123",
        "0",
        "[::1]",
        "::1%lo",
        "fe80::1%25eth0",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "::FFFF:1",
        "0:0:0:0:0:0:0:1",
        "2001:db8:0:0::1",
        "2001:0db8::1",
        "1::2::3",
        ":::",
        ":1",
        "1:",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7",
        "2001:db8::1:1:1:1:1",
        "12345::",
      })
  void everything_else_is_refused_and_never_repeated(String sent) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> HostName.parse(sent));
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.code()).isEqualTo("bad-host");
    if (sent.length() > 3) {
      assertThat(refusal.reason() + refusal.mend()).doesNotContain(sent.trim());
    }
  }

  @Test
  void labels_and_names_have_a_length() {
    String label = "a".repeat(63);
    String longest = label + "." + label + "." + label + "." + "a".repeat(61);
    assertThat(HostName.parse(longest).text()).hasSize(253);
    assertThat(HostName.parse(longest + ".").text()).hasSize(253);
    assertThatThrownBy(() -> HostName.parse(longest + "a")).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> HostName.parse("a".repeat(64) + ".com")).isInstanceOf(Refusal.class);
  }

  @Test
  void the_record_itself_holds_nothing_else() {
    assertThatThrownBy(() -> new HostName("Example.com", false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HostName("a_b", false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HostName("example.com", true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HostName("127.0.0.1", false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 5000)
  void what_is_accepted_is_plain_and_stays_as_it_is(@ForAll("texts") String text) {
    HostName host;
    try {
      host = HostName.parse(text);
    } catch (Refusal refused) {
      return;
    }
    assertThat(HostName.parse(host.toString())).isEqualTo(host);
    String allowed =
        host.isAddress() ? "0123456789abcdef.:" : "0123456789abcdefghijklmnopqrstuvwxyz-.";
    assertThat(host.text().chars()).allMatch(c -> allowed.indexOf(c) >= 0);
    assertThat(host.text()).doesNotStartWith(".").doesNotEndWith(".").doesNotContain("..");
  }

  @Property
  void every_address_has_one_text(@ForAll("addresses") byte[] address) {
    String text = Addresses.text(address);
    assertThat(Addresses.parse(text)).isEqualTo(address);
    assertThat(HostName.parse(text)).isEqualTo(new HostName(text, true));
  }

  @Provide
  Arbitrary<byte[]> addresses() {
    Arbitrary<Byte> octet = Arbitraries.oneOf(Arbitraries.just((byte) 0), Arbitraries.bytes());
    return Arbitraries.of(4, 16).flatMap(size -> octet.array(byte[].class).ofSize(size));
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a", "Z", "0", "9", "x", "-", ".", ":", "::", "ffff", "1", "255", "example", "com", "_",
            "%", "@", "\u3002", "\u0130", "\u017f", " ", "\0", "[", "]", "0x", "xn--");
    return pieces.list().ofMinSize(1).ofMaxSize(8).map(list -> String.join("", list));
  }

  @Test
  void only_62_characters_and_two_signs_are_ever_accepted() {
    String accepted =
        IntStream.range(0, 0x10000)
            .filter(c -> isAccepted("a" + (char) c + "a"))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    assertThat(accepted)
        .isEqualTo("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  }

  private static boolean isAccepted(String host) {
    try {
      HostName.parse(host);
      return true;
    } catch (Refusal refused) {
      return false;
    }
  }
}
