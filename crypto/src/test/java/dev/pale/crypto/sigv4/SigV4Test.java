package dev.pale.crypto.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.sigv4.Verdict.Genuine;
import dev.pale.crypto.sigv4.Verdict.Reason;
import dev.pale.crypto.sigv4.Verdict.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The examples that AWS prints in its documentation (S3: "Authorization Header" and "Query
 * Parameters"; IAM: "Create a signed AWS API request"), and what an attacker would try.
 */
class SigV4Test {
  private static final Instant AT = Instant.parse("2015-08-30T12:36:00Z");
  private static final Instant S3_AT = Instant.parse("2013-05-24T00:00:00Z");
  private static final SigningScope S3_SCOPE = new SigningScope("us-east-1", "s3");
  private static final SigningScope SCOPE = new SigningScope("us-east-1", "iam");
  private static final PayloadHash EMPTY = PayloadHash.of(new byte[0]);

  @Test
  void signs_the_iam_example() {
    SignableRequest request =
        get(
            "/?Action=ListUsers&Version=2010-05-08",
            "Host",
            "iam.amazonaws.com",
            "Content-Type",
            "application/x-www-form-urlencoded; charset=utf-8");
    assertThat(signature(SigV4.sign(request, EMPTY, key(), SCOPE, SigningRules.STANDARD, AT)))
        .isEqualTo("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  }

  @Test
  void signs_the_s3_examples() {
    assertThat(s3("GET", "/test.txt", "", "Range", "bytes=0-9"))
        .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    assertThat(
            s3(
                "PUT",
                "/test$file.text",
                "Welcome to Amazon S3.",
                "Date",
                "Fri, 24 May 2013 00:00:00 GMT",
                "x-amz-storage-class",
                "REDUCED_REDUNDANCY"))
        .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    assertThat(s3("GET", "/?lifecycle", ""))
        .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    assertThat(s3("GET", "/?max-keys=2&prefix=J", ""))
        .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }

  @Test
  void signs_the_s3_address_of_the_documentation() {
    String target =
        SigV4.presign(
            get("/test.txt", "Host", "examplebucket.s3.amazonaws.com"),
            PayloadHash.UNSIGNED,
            s3Key(),
            S3_SCOPE,
            SigningRules.S3,
            S3_AT,
            Duration.ofDays(1));
    assertThat(target)
        .endsWith(
            "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }

  @Test
  void s3_signs_object_names_as_they_are_and_others_sign_what_is_sent() {
    assertThat(Canonical.path("/a%20b//../c+d", SigningRules.S3)).isEqualTo("/a%20b//../c%2Bd");
    assertThat(Canonical.path("/a%20b//../c+d", SigningRules.STANDARD)).isEqualTo("/c%2Bd");
    assertThat(Canonical.path("/a%20b/c", SigningRules.STANDARD)).isEqualTo("/a%2520b/c");
    assertThat(Canonical.path("/ሴ", SigningRules.STANDARD)).isEqualTo("/%E1%88%B4");
    assertThat(Canonical.path("/../../etc", SigningRules.STANDARD)).isEqualTo("/etc");
  }

  @Test
  void a_query_is_sorted_by_encoded_names_then_values_and_a_plus_is_a_plus() {
    assertThat(Canonical.query("b=2&a-=1&a=3&a=+&a=%20&c&d=&=e", p -> true))
        .isEqualTo("=e&a=%20&a=%2B&a=3&a-=1&b=2&c=&d=");
    assertThat(Canonical.query("a=%7e%2f%C3%a9", p -> true)).isEqualTo("a=~%2F%C3%A9");
    assertThatThrownBy(() -> Canonical.query("a=%2", p -> true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void what_is_signed_is_verified_whatever_the_query_and_header(
      @ForAll String name, @ForAll String value, @ForAll byte[] body) {
    String target;
    try {
      target = "/x?" + Ascii.encode(Ascii.utf8(name)) + "=" + Ascii.encode(Ascii.utf8(value));
    } catch (IllegalArgumentException loneSurrogate) {
      return;
    }
    SignableRequest request = get(target, "Host", "iam.amazonaws.com", "X-Extra", "  a \t b ");
    List<Header> added =
        SigV4.sign(request, PayloadHash.of(body), key(), SCOPE, SigningRules.STANDARD, AT);
    assertThat(verifier().verify(request.with(added), body)).isInstanceOf(Genuine.class);
  }

  @Test
  void a_session_token_is_signed_or_added_after_signing_as_the_service_wants() {
    SigV4Credentials temporary = new SigV4Credentials("ASIAX", secret(), "the/token==");
    SignableRequest request = get("/", "Host", "iam.amazonaws.com");
    SigningRules omit = new SigningRules(true, true, false, true);
    List<Header> with = SigV4.sign(request, EMPTY, temporary, SCOPE, SigningRules.STANDARD, AT);
    List<Header> without = SigV4.sign(request, EMPTY, temporary, SCOPE, omit, AT);
    assertThat(with.getLast().value()).contains("host;x-amz-date;x-amz-security-token");
    assertThat(without.toString()).contains("X-Amz-Security-Token");
    assertThat(signature(without)).isNotEqualTo(signature(with));

    SigV4Verifier strict = verifier(temporary, SigningRules.STANDARD, PayloadHash.Kind.HASH);
    assertThat(strict.verify(request.with(with), new byte[0])).isInstanceOf(Genuine.class);
    assertThat(reason(strict, request.with(without))).isEqualTo(Reason.UNSIGNED_HEADER);
    SigV4Verifier lax = verifier(temporary, omit, PayloadHash.Kind.HASH);
    assertThat(lax.verify(request.with(without), new byte[0])).isInstanceOf(Genuine.class);
    assertThat(reason(lax, request.with(without.subList(0, 2)))).isEqualTo(Reason.WRONG_TOKEN);

    String target =
        SigV4.presign(request, EMPTY, temporary, SCOPE, omit, AT, Duration.ofMinutes(1));
    assertThat(target).endsWith("&X-Amz-Security-Token=the%2Ftoken%3D%3D");
    assertThat(lax.verify(request.withTarget(target), new byte[0])).isInstanceOf(Genuine.class);
    assertThat(reason(strict, request.withTarget(target))).isEqualTo(Reason.WRONG_SIGNATURE);
  }

  @Test
  void a_header_of_aws_that_nobody_signed_is_refused() {
    SignableRequest request = get("/", "Host", "iam.amazonaws.com");
    List<Header> more =
        new ArrayList<>(SigV4.sign(request, EMPTY, key(), SCOPE, SigningRules.STANDARD, AT));
    more.add(new Header("X-Amz-Target", "secretsmanager.DeleteSecret"));
    assertThat(reason(verifier(), request.with(more))).isEqualTo(Reason.UNSIGNED_HEADER);
  }

  @Test
  void a_signature_that_leaves_the_host_open_is_refused() {
    SignableRequest request =
        get("/", "Host", "iam.amazonaws.com", "X-Amz-Date", "20150830T123600Z");
    String head = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request";
    String signature;
    try (SigningKey signing = SigningKey.derive(key(), SCOPE, "20150830")) {
      String canonical =
          Canonical.request(
              request,
              SigningRules.STANDARD,
              new java.util.TreeSet<>(Set.of("x-amz-date")),
              p -> true,
              EMPTY);
      signature = signing.sign(Canonical.stringToSign("20150830T123600Z", SCOPE, canonical));
    }
    Header forged =
        new Header("Authorization", head + ", SignedHeaders=x-amz-date, Signature=" + signature);
    assertThat(reason(verifier(), request.with(List.of(forged)))).isEqualTo(Reason.UNSIGNED_HEADER);
  }

  @Test
  void two_signatures_two_hosts_and_doubled_parts_are_refused() {
    SignableRequest request = get("/", "Host", "iam.amazonaws.com");
    List<Header> added = SigV4.sign(request, EMPTY, key(), SCOPE, SigningRules.STANDARD, AT);
    SignableRequest signed = request.with(added);
    String presigned =
        SigV4.presign(
            request, EMPTY, key(), SCOPE, SigningRules.STANDARD, AT, Duration.ofMinutes(1));

    assertThat(reason(verifier(), request)).isEqualTo(Reason.UNSIGNED);
    assertThat(reason(verifier(), signed.with(List.of(added.getLast()))))
        .isEqualTo(Reason.MALFORMED);
    assertThat(reason(verifier(), signed.with(List.of(new Header("host", "iam.amazonaws.com")))))
        .isEqualTo(Reason.MALFORMED);
    assertThat(reason(verifier(), signed.withTarget(presigned))).isEqualTo(Reason.MALFORMED);
    assertThat(reason(verifier(), request.withTarget(presigned + "&X-Amz-Date=20150830T123600Z")))
        .isEqualTo(Reason.MALFORMED);
    assertThat(reason(verifier(), request.withTarget(presigned + "&x-amz-date=20150830T123600Z")))
        .isEqualTo(Reason.MALFORMED);
    assertThat(
            reason(verifier(), request.withTarget(presigned.replace("Expires=60", "Expires=61"))))
        .isEqualTo(Reason.WRONG_SIGNATURE);
    assertThat(
            reason(
                verifier(), request.withTarget(presigned.replace("Expires=60", "Expires=999999"))))
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void another_scheme_and_an_unsorted_or_upper_case_list_of_headers_are_refused() {
    SignableRequest request = get("/", "Host", "iam.amazonaws.com");
    List<Header> added = SigV4.sign(request, EMPTY, key(), SCOPE, SigningRules.STANDARD, AT);
    String right = added.getLast().value();
    for (String wrong :
        List.of(
            right.replace("host;x-amz-date", "x-amz-date;host"),
            right.replace("host;x-amz-date", "Host;x-amz-date"),
            right.replace("host;x-amz-date", "host;host;x-amz-date"),
            right.replace("aws4_request", "aws4_reques"),
            right.replace("/20150830/", "/20150831/"),
            right + ",Signature=" + "0".repeat(64),
            right.substring(0, right.length() - 1),
            "AWS4-HMAC-SHA256")) {
      assertThat(reason(verifier(), request.with(List.of(added.getFirst(), authorization(wrong)))))
          .as(wrong)
          .isEqualTo(Reason.MALFORMED);
    }
    assertThat(
            reason(
                verifier(),
                request.with(
                    List.of(
                        added.getFirst(),
                        authorization(right.replace("HMAC-SHA256", "ECDSA-P256-SHA256"))))))
        .isEqualTo(Reason.UNSUPPORTED);
    assertThat(
            reason(verifier(), request.with(List.of(added.getFirst(), authorization("Bearer x")))))
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void an_unsigned_body_passes_only_where_the_rules_allow_it() {
    SignableRequest request = get("/", "Host", "iam.amazonaws.com");
    List<Header> added =
        SigV4.sign(request, PayloadHash.UNSIGNED, key(), SCOPE, SigningRules.S3, AT);
    SignableRequest signed = request.with(added);
    assertThat(reason(verifier(key(), SigningRules.S3, PayloadHash.Kind.HASH), signed))
        .isEqualTo(Reason.UNSUPPORTED);
    assertThat(
            verifier(key(), SigningRules.S3, PayloadHash.Kind.UNSIGNED)
                .verify(signed, "anything".getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            Genuine.class,
            genuine -> assertThat(genuine.payload()).isEqualTo(PayloadHash.UNSIGNED));
  }

  @Test
  void a_body_is_held_against_its_hash_or_left_to_the_caller() {
    SignableRequest request = get("/", "Host", "iam.amazonaws.com");
    byte[] body = "{}".getBytes(UTF_8);
    SigV4Verifier verifier = verifier(key(), SigningRules.S3, PayloadHash.Kind.HASH);
    SignableRequest signed =
        request.with(SigV4.sign(request, PayloadHash.of(body), key(), SCOPE, SigningRules.S3, AT));
    assertThat(verifier.verify(signed, body)).isInstanceOf(Genuine.class);
    assertThat(((Refused) verifier.verify(signed, "[]".getBytes(UTF_8))).reason())
        .isEqualTo(Reason.WRONG_BODY);
    assertThat(verifier.verifyHead(signed))
        .isInstanceOfSatisfying(
            Genuine.class,
            genuine -> assertThat(genuine.payload()).isEqualTo(PayloadHash.of(body)));
    SignableRequest silent =
        request.with(
            SigV4.sign(request, PayloadHash.of(body), key(), SCOPE, SigningRules.STANDARD, AT));
    assertThat(verifier().verifyHead(silent)).isEqualTo(new Refused(Reason.UNSUPPORTED));
  }

  @Test
  void a_streamed_body_is_a_kind_of_its_own() {
    SignableRequest request = get("/", "Host", "iam.amazonaws.com");
    PayloadHash streamed = PayloadHash.parse("STREAMING-AWS4-HMAC-SHA256-PAYLOAD").orElseThrow();
    SignableRequest signed =
        request.with(SigV4.sign(request, streamed, key(), SCOPE, SigningRules.S3, AT));
    assertThat(verifier(key(), SigningRules.S3, PayloadHash.Kind.HASH).verifyHead(signed))
        .isEqualTo(new Refused(Reason.UNSUPPORTED));
    assertThat(verifier(key(), SigningRules.S3, PayloadHash.Kind.STREAMING).verifyHead(signed))
        .isInstanceOf(Genuine.class);
  }

  @Test
  void a_request_with_a_signature_is_not_signed_again() {
    SignableRequest plain = get("/", "Host", "iam.amazonaws.com");
    for (SignableRequest each :
        List.of(
            get("/"),
            plain.with(List.of(authorization("x"))),
            plain.with(List.of(new Header("x-amz-date", "x"))),
            plain.withTarget("/?x-amz-signature=1"))) {
      assertThatThrownBy(() -> SigV4.sign(each, EMPTY, key(), SCOPE, SigningRules.STANDARD, AT))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void ends_of_lines_get_into_no_header_and_no_target() {
    assertThatThrownBy(() -> new Header("A", "b\r\nAuthorization: x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Header("A b", "c")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> get("/a\nb")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SigningScope("us-east-1/evil", "s3"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothing_prints_a_credential() {
    SigV4Credentials temporary = new SigV4Credentials("ASIAX", secret(), "the/token==");
    List<Header> added =
        SigV4.sign(get("/", "Host", "h"), EMPTY, temporary, SCOPE, SigningRules.STANDARD, AT);
    assertThat(temporary + " " + added + get("/?X-Amz-Signature=abc"))
        .doesNotContain("wJalr", "the/token", "Signature=");
    temporary.close();
    assertThatThrownBy(() ->
            SigV4.sign(get("/", "Host", "h"), EMPTY, temporary, SCOPE, SigningRules.STANDARD, AT))
        .isInstanceOf(IllegalStateException.class);
  }

  private static String s3(String method, String target, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of("Host", "examplebucket.s3.amazonaws.com"));
    all.addAll(List.of(headers));
    SignableRequest request = request(method, target, all.toArray(String[]::new));
    return signature(
        SigV4.sign(
            request,
            PayloadHash.of(body.getBytes(UTF_8)),
            s3Key(),
            S3_SCOPE,
            SigningRules.S3,
            S3_AT));
  }

  private static SigV4Credentials key() {
    return new SigV4Credentials("AKIDEXAMPLE", secret(), null);
  }

  private static byte[] secret() {
    return "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".getBytes(UTF_8);
  }

  private static SigV4Credentials s3Key() {
    return new SigV4Credentials(
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".getBytes(UTF_8), null);
  }

  private static SigV4Verifier verifier() {
    return verifier(key(), SigningRules.STANDARD, PayloadHash.Kind.HASH);
  }

  private static SigV4Verifier verifier(
      SigV4Credentials key, SigningRules rules, PayloadHash.Kind payload) {
    return new SigV4Verifier(
        id -> Optional.of(key).filter(k -> k.accessKeyId().equals(id)),
        SCOPE::equals,
        rules,
        Set.of(payload),
        Clock.fixed(AT, ZoneOffset.UTC));
  }

  private static Reason reason(SigV4Verifier verifier, SignableRequest request) {
    return ((Refused) verifier.verify(request, new byte[0])).reason();
  }

  private static String signature(List<Header> headers) {
    String value =
        headers.stream()
            .filter(h -> h.name().equals("Authorization"))
            .findFirst()
            .orElseThrow()
            .value();
    return value.substring(value.indexOf("Signature=") + 10);
  }

  private static Header authorization(String value) {
    return new Header("Authorization", value);
  }

  private static SignableRequest get(String target, String... headers) {
    return request("GET", target, headers);
  }

  private static SignableRequest request(String method, String target, String... headers) {
    List<Header> all = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(new Header(headers[i], headers[i + 1]));
    }
    return new SignableRequest(method, target, all);
  }
}
