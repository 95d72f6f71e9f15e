package dev.pale.gateway.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Requests and what leaves of them, for tests. */
final class Rig {
  static final String REAL = "sk-proj-R3alR3alR3al/QmF0dGVyeQ+Staple==42";
  static final String FAKE = "sk-proj-2vZk8fHq1LwYt7RcXe5NbUa0JmGs9DpQ4iKo3TzC";
  static final String REAL2 = "f00dfacef00dfacef00dfacef00dface11223344";
  static final String FAKE2 = "81b2c47d9e05f3a6b7c8d9e0f1a2b3c4d5e6f708";
  static final SecretName NAME = SecretName.of("API_KEY");
  static final SecretName NAME2 = SecretName.of("APP_KEY");
  static final String HOST = "api.example.com";

  private Rig() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static Binding binding(Slot... slots) {
    return binding(REAL, HOST, false, slots);
  }

  static Binding binding(String real, String host, boolean whenAbsent, Slot... slots) {
    return new Binding(
        NAME,
        FAKE,
        SecretValue.owning("API_KEY", bytes(real)),
        List.of(HostPattern.parse(host)),
        List.of(slots),
        whenAbsent,
        false);
  }

  static Binding second(Slot... slots) {
    return new Binding(
        NAME2,
        FAKE2,
        SecretValue.owning("APP_KEY", bytes(REAL2)),
        List.of(HostPattern.parse(HOST)),
        List.of(slots),
        false,
        false);
  }

  static RequestHead get(String target, String... fields) {
    return request("GET", target, Framing.NONE, fields);
  }

  static RequestHead request(String method, String target, Framing framing, String... fields) {
    Headers headers = new Headers().add("Host", HOST);
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return new RequestHead(method, RequestHead.Form.ORIGIN, target, 1, headers, framing);
  }

  static Authority to(String host) {
    return Authority.parse(host, 443);
  }

  static String basic(String user, String password) {
    return "Basic " + Base64.getEncoder().encodeToString(bytes(user + ":" + password));
  }

  /** The head as it leaves, without its first word and last empty line. */
  static String sent(Injection injection) {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    HttpOutput out = new HttpOutput(to, 4096);
    out.ascii("GET ");
    injection.writeTarget(out);
    out.ascii(" HTTP/1.1\r\n");
    injection.writeFields(out, (i, name) -> !name.equalsIgnoreCase("host"));
    out.endHead();
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return to.toString(StandardCharsets.ISO_8859_1);
  }

  static Injection examine(RequestHead head, Binding... bindings) {
    return examine(HOST, head, bindings);
  }

  static Injection examine(String host, RequestHead head, Binding... bindings) {
    return new Injector(List.of(bindings)).examiner().examine(to(host), true, head);
  }

  /**
   * The refusal of a request, which must name the secret unless nobody knows it, and never a value.
   */
  static Refusal refusal(Runnable work, String code) {
    return refusal("", work, code);
  }

  static Refusal refusal(String what, Runnable work, String code) {
    Refusal refusal = catchThrowableOfType(Refusal.class, work::run);
    assertThat(refusal).as(code + " " + what).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.reason() + refusal.mend())
        .doesNotContain(REAL)
        .doesNotContain(FAKE)
        .doesNotContain(REAL2);
    if (refusal.status() == 403) {
      assertThat(refusal.isAlarm()).isTrue();
      if (!code.equals("placeholder-unknown")) {
        assertThat(refusal.reason()).containsAnyOf("API_KEY", "APP_KEY");
      }
    }
    return refusal;
  }

  /** Every way in which an encoder may spell a text. */
  static List<String> spellings(String text) {
    List<String> all = new ArrayList<>();
    all.add(text);
    StringBuilder percent = new StringBuilder();
    StringBuilder lower = new StringBuilder();
    StringBuilder some = new StringBuilder();
    StringBuilder json = new StringBuilder();
    StringBuilder someJson = new StringBuilder();
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      String digits = Integer.toHexString(c);
      percent.append('%').append(digits.toUpperCase(java.util.Locale.ROOT));
      lower.append('%').append(digits);
      some.append(i % 5 == 1 ? "%" + digits : String.valueOf((char) c));
      json.append("\\u00").append(digits);
      someJson.append(i % 7 == 2 ? "\\u00" + digits : String.valueOf((char) c));
      hex.append(digits);
    }
    all.add(percent.toString());
    all.add(lower.toString());
    all.add(some.toString());
    all.add(percent.toString().replace("%", "%25"));
    all.add(some.toString().replace("%", "%25"));
    all.add(some.toString().replace("%", "%2525"));
    all.add(json.toString());
    all.add(someJson.toString());
    all.add(hex.toString());
    for (String before : List.of("", "a", "ab")) {
      byte[] around = bytes(before + text + "cd");
      all.add(Base64.getEncoder().encodeToString(around));
      all.add(Base64.getUrlEncoder().withoutPadding().encodeToString(around));
    }
    return all;
  }
}
