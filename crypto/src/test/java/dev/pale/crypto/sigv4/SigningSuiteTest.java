package dev.pale.crypto.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.crypto.sigv4.SigningCase.Wire;
import dev.pale.crypto.sigv4.Verdict.Genuine;
import dev.pale.crypto.sigv4.Verdict.Reason;
import dev.pale.crypto.sigv4.Verdict.Refused;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite that AWS publishes: signed to the byte, verified, and refused when a byte differs. */
@EnabledIf(value = "present", disabledReason = "skipped: conformance data not present")
class SigningSuiteTest {
  static boolean present() {
    return SigningCase.data().isPresent();
  }

  static List<SigningCase> all() {
    return SigningCase.all();
  }

  @BeforeAll
  static void the_suite_is_not_empty() {
    assertThat(all()).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @MethodSource("all")
  void signs_in_headers_as_aws_does(SigningCase each) {
    Wire plain = each.wire("request.txt");
    PayloadHash payload = PayloadHash.of(plain.body());
    List<Header> added =
        SigV4.sign(
            plain.head(), payload, each.credentials(), each.scope(), each.rules(), each.at());
    SignableRequest signed = plain.head().with(added);

    String canonical =
        Canonical.request(signed, each.rules(), signedNames(signed), p -> true, payload);
    assertThat(canonical).isEqualTo(each.text("header-canonical-request.txt"));
    assertThat(Canonical.stringToSign(SigV4.TIME.format(each.at()), each.scope(), canonical))
        .isEqualTo(each.text("header-string-to-sign.txt"));
    assertThat(signed.single("authorization").orElseThrow())
        .endsWith("Signature=" + each.text("header-signature.txt"));
    assertThat(lines(signed)).isEqualTo(lines(each.wire("header-signed-request.txt").head()));
    assertThat(signed.target()).isEqualTo(each.wire("header-signed-request.txt").head().target());
  }

  @ParameterizedTest
  @MethodSource("all")
  void signs_in_the_query_as_aws_does(SigningCase each) {
    Wire plain = each.wire("request.txt");
    PayloadHash payload = PayloadHash.of(plain.body());
    SigningRules rules = each.rules();
    String target =
        SigV4.presign(
            plain.head(),
            payload,
            each.credentials(),
            each.scope(),
            rules,
            each.at(),
            each.expires());
    SignableRequest signed = plain.head().withTarget(target);

    String canonical =
        Canonical.request(
            signed,
            rules,
            signedNames(signed),
            p ->
                !p.name().equals("X-Amz-Signature")
                    && !(rules.omitSessionToken() && p.name().equals("X-Amz-Security-Token")),
            payload);
    assertThat(canonical).isEqualTo(each.text("query-canonical-request.txt"));
    assertThat(Canonical.stringToSign(SigV4.TIME.format(each.at()), each.scope(), canonical))
        .isEqualTo(each.text("query-string-to-sign.txt"));
    assertThat(target).contains("X-Amz-Signature=" + each.text("query-signature.txt"));
    SignableRequest expected = each.wire("query-signed-request.txt").head();
    assertThat(signed.path()).isEqualTo(expected.path());
    assertThat(signed.query().split("&")).containsExactlyInAnyOrder(expected.query().split("&"));
    assertThat(lines(signed)).isEqualTo(lines(expected));
  }

  @ParameterizedTest
  @MethodSource("all")
  void verifies_what_aws_signed(SigningCase each) {
    for (String form : List.of("header", "query")) {
      Wire wire = each.wire(form + "-signed-request.txt");
      assertThat(verifier(each, each.at()).verify(wire.head(), wire.body()))
          .as(form)
          .isInstanceOfSatisfying(
              Genuine.class,
              genuine -> {
                assertThat(genuine.accessKeyId()).isEqualTo("AKIDEXAMPLE");
                assertThat(genuine.scope()).isEqualTo(each.scope());
                assertThat(genuine.at()).isEqualTo(each.at());
                assertThat(genuine.presigned()).isEqualTo(form.equals("query"));
                assertThat(genuine.target()).doesNotContain("X-Amz-", " ");
                assertThat(genuine.signature()).isEqualTo(each.text(form + "-signature.txt"));
              });
    }
  }

  /** What may be sent on is the same request, and nothing in it is left to resolve. */
  @ParameterizedTest
  @MethodSource("all")
  void the_target_that_may_be_sent_on_has_the_same_meaning(SigningCase each) {
    Wire wire = each.wire("header-signed-request.txt");
    Genuine genuine = (Genuine) verifier(each, each.at()).verify(wire.head(), wire.body());
    SignableRequest onward = wire.head().withTarget(genuine.target());
    assertThat(Canonical.sendable(onward.path(), each.rules())).isEqualTo(onward.path());
    if (!wire.head().path().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return; // encoding what stood raw changes the signed text of a service that encodes twice
    }
    assertThat(verifier(each, each.at()).verify(onward, wire.body())).isInstanceOf(Genuine.class);
  }

  @ParameterizedTest
  @MethodSource("all")
  void refuses_every_request_with_one_byte_changed(SigningCase each) {
    int refused = 0;
    for (String form : List.of("header", "query")) {
      Wire wire = each.wire(form + "-signed-request.txt");
      for (Wire changed : mutations(wire)) {
        if (sameMeaning(wire.head(), changed.head(), each.rules())
            && Arrays.equals(wire.body(), changed.body())) {
          continue;
        }
        assertThat(verifier(each, each.at()).verify(changed.head(), changed.body()))
            .as(form + ": " + changed.head().target() + " " + changed.head().headers())
            .isInstanceOf(Refused.class);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  @ParameterizedTest
  @MethodSource("all")
  void refuses_every_other_signature_key_token_scope_and_time(SigningCase each) {
    for (String form : List.of("header", "query")) {
      Wire wire = each.wire(form + "-signed-request.txt");
      SigV4Credentials right = each.credentials();
      byte[] other = right.secret().clone();
      other[0] ^= 1;
      SigV4Credentials wrong =
          new SigV4Credentials(right.accessKeyId(), other, right.token().orElse(null));
      assertThat(reason(each, wrong, each.scope(), each.at(), wire))
          .isEqualTo(Reason.WRONG_SIGNATURE);
      SigV4Credentials tokened =
          new SigV4Credentials(right.accessKeyId(), right.secret(), "anothertoken");
      assertThat(reason(each, tokened, each.scope(), each.at(), wire))
          .isEqualTo(Reason.WRONG_TOKEN);
      assertThat(reason(each, right, new SigningScope("eu-west-1", "service"), each.at(), wire))
          .isEqualTo(Reason.WRONG_SCOPE);
      assertThat(reason(each, right, each.scope(), each.at().minusSeconds(301), wire))
          .isEqualTo(Reason.WRONG_TIME);
      long lives = form.equals("query") ? each.expires().toSeconds() : 300;
      assertThat(reason(each, right, each.scope(), each.at().plusSeconds(lives + 1), wire))
          .isEqualTo(Reason.WRONG_TIME);
      assertThat(verifier(each, each.at().plusSeconds(lives)).verify(wire.head(), wire.body()))
          .isInstanceOf(Genuine.class);
    }
  }

  private static Reason reason(
      SigningCase each, SigV4Credentials key, SigningScope scope, Instant now, Wire wire) {
    SigV4Verifier verifier =
        new SigV4Verifier(
            id -> Optional.of(key).filter(k -> k.accessKeyId().equals(id)),
            scope::equals,
            each.rules(),
            EnumSet.of(PayloadHash.Kind.HASH),
            Clock.fixed(now, ZoneOffset.UTC));
    return ((Refused) verifier.verify(wire.head(), wire.body())).reason();
  }

  private static SigV4Verifier verifier(SigningCase each, Instant now) {
    SigV4Credentials key = each.credentials();
    return new SigV4Verifier(
        id -> Optional.of(key).filter(k -> k.accessKeyId().equals(id)),
        each.scope()::equals,
        each.rules(),
        Set.of(PayloadHash.Kind.HASH),
        Clock.fixed(now, ZoneOffset.UTC));
  }

  /** Each character of target, header names and values and each byte of the body, three ways. */
  private static List<Wire> mutations(Wire wire) {
    List<Wire> all = new ArrayList<>();
    SignableRequest head = wire.head();
    for (int flip : new int[] {1, 2, 0x20}) {
      for (int i = 0; i < head.target().length(); i++) {
        add(all, wire, flipped(head.target(), i, flip), head.headers());
      }
      for (int h = 0; h < head.headers().size(); h++) {
        Header header = head.headers().get(h);
        for (int i = 0; i < header.name().length(); i++) {
          replace(all, wire, h, flipped(header.name(), i, flip), header.value());
        }
        for (int i = 0; i < header.value().length(); i++) {
          replace(all, wire, h, header.name(), flipped(header.value(), i, flip));
        }
      }
      for (int i = 0; i < wire.body().length; i++) {
        byte[] body = wire.body().clone();
        body[i] ^= (byte) flip;
        all.add(new Wire(head, body));
      }
    }
    return all;
  }

  private static String flipped(String text, int at, int flip) {
    return text.substring(0, at) + (char) (text.charAt(at) ^ flip) + text.substring(at + 1);
  }

  private static void replace(List<Wire> all, Wire wire, int at, String name, String value) {
    List<Header> headers = new ArrayList<>(wire.head().headers());
    try {
      headers.set(at, new Header(name, value));
    } catch (IllegalArgumentException refusedEarlier) {
      return;
    }
    add(all, wire, wire.head().target(), headers);
  }

  private static void add(List<Wire> all, Wire wire, String target, List<Header> headers) {
    try {
      all.add(new Wire(new SignableRequest(wire.head().method(), target, headers), wire.body()));
    } catch (IllegalArgumentException refusedEarlier) {
      // no request at all
    }
  }

  /** Spelled otherwise, but the same request: {@code host} for {@code Host}, a folded path. */
  private static boolean sameMeaning(SignableRequest a, SignableRequest b, SigningRules rules) {
    try {
      return Canonical.path(a.path(), rules).equals(Canonical.path(b.path(), rules))
          && Canonical.query(a.query(), p -> true).equals(Canonical.query(b.query(), p -> true))
          && lines(a).equals(lines(b));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> lines(SignableRequest request) {
    return request.headers().stream()
        .map(h -> h.lowerName() + ":" + h.value().strip().replaceAll("[ \t]+", " "))
        .sorted()
        .toList();
  }

  private static SortedSet<String> signedNames(SignableRequest signed) {
    SortedSet<String> names = new TreeSet<>();
    Optional<String> authorization = signed.single("authorization");
    if (authorization.isPresent()) {
      String text = authorization.get();
      int from = text.indexOf("SignedHeaders=") + 14;
      names.addAll(List.of(text.substring(from, text.indexOf(',', from)).split(";")));
    } else {
      for (Canonical.Parameter each : Canonical.parameters(signed.query())) {
        if (each.name().equals("X-Amz-SignedHeaders")) {
          names.addAll(List.of(each.value().split("%3B")));
        }
      }
    }
    return names;
  }
}
