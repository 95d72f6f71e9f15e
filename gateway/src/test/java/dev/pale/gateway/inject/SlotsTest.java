package dev.pale.gateway.inject;

import static dev.pale.gateway.inject.Rig.FAKE;
import static dev.pale.gateway.inject.Rig.FAKE2;
import static dev.pale.gateway.inject.Rig.HOST;
import static dev.pale.gateway.inject.Rig.REAL;
import static dev.pale.gateway.inject.Rig.REAL2;
import static dev.pale.gateway.inject.Rig.basic;
import static dev.pale.gateway.inject.Rig.binding;
import static dev.pale.gateway.inject.Rig.bytes;
import static dev.pale.gateway.inject.Rig.examine;
import static dev.pale.gateway.inject.Rig.get;
import static dev.pale.gateway.inject.Rig.refusal;
import static dev.pale.gateway.inject.Rig.second;
import static dev.pale.gateway.inject.Rig.sent;
import static dev.pale.gateway.inject.Rig.spellings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.placeholder.Wish;
import dev.pale.gateway.service.Slot;
import dev.pale.gateway.service.Slot.Part;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final String ENCODED_REAL = "sk-proj-R3alR3alR3al%2FQmF0dGVyeQ%2BStaple%3D%3D42";

  /** A request that is right for each slot of a head, and what must leave. */
  private static Map<Slot, RequestHead> right() {
    Map<Slot, RequestHead> all = new LinkedHashMap<>();
    all.put(new Slot.Header("x-api-key"), get("/v1", "X-Api-Key", FAKE));
    all.put(new Slot.Scheme("Bearer"), get("/v1", "Authorization", "Bearer " + FAKE));
    all.put(new Slot.Basic(Part.PASSWORD), get("/v1", "Authorization", basic("me", FAKE)));
    all.put(new Slot.Basic(Part.USER), get("/v1", "Authorization", basic(FAKE, "")));
    all.put(new Slot.Query("key"), get("/v1?a=b&key=" + FAKE + "&c=d"));
    all.put(new Slot.Path(0, "bot"), get("/bot" + FAKE + "/send?x=y"));
    return all;
  }

  private static final Map<String, String> LEAVES =
      Map.of(
          "header:x-api-key", "X-Api-Key: " + REAL + "\r\n",
          "scheme:Bearer", "Authorization: Bearer " + REAL + "\r\n",
          "basic:password", "Authorization: " + basic("me", REAL) + "\r\n",
          "basic:user", "Authorization: " + basic(REAL, "") + "\r\n",
          "query:key", "GET /v1?a=b&key=" + ENCODED_REAL + "&c=d HTTP/1.1\r\n",
          "path:0:bot", "GET /bot" + ENCODED_REAL + "/send?x=y HTTP/1.1\r\n");

  @Test
  void the_right_slot_gets_the_real_value() {
    right()
        .forEach((slot, head) -> {
          Injection injection = examine(head, binding(slot));
          assertThat(injection.isEmpty()).isFalse();
          assertThat(injection.uses()).containsExactly(new Use(Rig.NAME, slot.text()));
          String sent = sent(injection);
          assertThat(sent).contains(LEAVES.get(slot.text())).doesNotContain(FAKE);
          // A second try, on another connection, is the same.
          assertThat(sent(injection)).isEqualTo(sent);
        });
  }

  @Test
  void another_host_gets_nothing() {
    right()
        .forEach((slot, head) -> {
          for (String host :
              List.of(
                  "evil.example", "api.example.com.evil.example", "example.com", HOST + ":8443")) {
            refusal(() -> examine(host, head, binding(slot)), "placeholder-wrong-host");
          }
        });
  }

  @Test
  void another_slot_gets_nothing() {
    right()
        .forEach((slot, head) -> {
          for (Slot other : right().keySet()) {
            if (!other.equals(slot)) {
              refusal(() -> examine(head, binding(other)), "placeholder-wrong-slot");
            }
          }
        });
  }

  @Test
  void places_that_are_no_slot_get_nothing() {
    Slot slot = new Slot.Scheme("Bearer");
    for (RequestHead head :
        List.of(
            get("/" + FAKE),
            get("/v1?q=" + FAKE),
            get("/v1", "Cookie", "a=" + FAKE),
            get("/v1", "Referer", "https://x/?" + FAKE),
            get("/v1", "X-Whatever", FAKE),
            get("/v1", FAKE, "x"),
            get("/v1", "Authorization", FAKE),
            get("/v1", "Authorization", "Token " + FAKE),
            get("/v1", "Authorization", "Bearer" + FAKE),
            get("/v1", "Authorization", "Bearer x" + FAKE),
            get("/v1", "Authorization", "Bearer " + FAKE + "x"),
            get("/v1", "Authorization", "Bearer " + FAKE + ", Bearer x"),
            get("/v1", "Authorization", basic("me", FAKE)),
            get("/v1", "Authorization", basic(FAKE, "x")),
            get("/v1", "Proxy-Authorization", "Bearer " + FAKE))) {
      refusal(() -> examine(head, binding(slot)), "placeholder-wrong-slot");
    }
  }

  @Test
  void the_right_slot_and_one_place_more_get_nothing() {
    right()
        .forEach((slot, head) -> {
          Headers more = new Headers();
          for (int i = 0; i < head.headers().size(); i++) {
            more.add(head.headers().name(i), head.headers().value(i));
          }
          more.add("X-More", "see " + FAKE);
          RequestHead twice =
              new RequestHead("GET", head.form(), head.target(), 1, more, Framing.NONE);
          refusal(() -> examine(twice, binding(slot)), "placeholder-twice");
        });
  }

  @Test
  void two_slots_at_once_are_one_too_many() {
    Slot bearer = new Slot.Scheme("Bearer");
    Slot query = new Slot.Query("key");
    RequestHead both = get("/v1?key=" + FAKE, "Authorization", "Bearer " + FAKE);
    refusal(() -> examine(both, binding(bearer, query)), "placeholder-twice");
    refusal(
        () -> examine(get("/v1?key=" + FAKE + "&key=" + FAKE), binding(query)),
        "placeholder-twice");
    refusal(
        () ->
            examine(
                get("/", "Authorization", basic(FAKE, FAKE)),
                binding(new Slot.Basic(Part.USER), new Slot.Basic(Part.PASSWORD))),
        "placeholder-twice");
  }

  @Test
  void slots_that_belong_together_take_it_once_each() {
    Slot apikey = new Slot.Header("apikey");
    Slot bearer = new Slot.Scheme("Bearer");
    Binding together = binding(new Slot.Together(List.of(apikey, bearer)), new Slot.Query("k"));
    Injection injection =
        examine(get("/v1", "apikey", FAKE, "Authorization", "Bearer " + FAKE), together);
    assertThat(injection.uses()).hasSize(2);
    assertThat(sent(injection)).contains("apikey: " + REAL, "Authorization: Bearer " + REAL);
    assertThat(examine(get("/v1", "apikey", FAKE), together).uses()).hasSize(1);
    refusal(() -> examine(get("/v1?k=" + FAKE, "apikey", FAKE), together), "placeholder-twice");
    refusal(
        () -> examine(get("/v1", "apikey", FAKE, "apikey", FAKE), together), "placeholder-twice");
  }

  @Test
  void two_secrets_go_along_in_their_own_slots() {
    Binding one = binding(new Slot.Header("dd-api-key"));
    Binding two = second(new Slot.Header("dd-application-key"));
    Injection injection =
        examine(get("/v1", "DD-API-KEY", FAKE, "DD-APPLICATION-KEY", FAKE2), one, two);
    assertThat(sent(injection))
        .contains("DD-API-KEY: " + REAL + "\r\n", "DD-APPLICATION-KEY: " + REAL2 + "\r\n");
    refusal(
        () -> examine(get("/v1", "DD-API-KEY", FAKE2, "DD-APPLICATION-KEY", FAKE), one, two),
        "placeholder-wrong-slot");
    Injection halves =
        examine(
            get("/", "Authorization", basic(FAKE, FAKE2)),
            binding(new Slot.Basic(Part.USER)),
            second(new Slot.Basic(Part.PASSWORD)));
    assertThat(sent(halves)).contains("Authorization: " + basic(REAL, REAL2) + "\r\n");
  }

  @Test
  void a_placeholder_is_seen_in_every_spelling_and_place() {
    for (String spelling : spellings(FAKE)) {
      for (Slot slot : List.of(new Slot.Scheme("Bearer"), new Slot.Header("x-api-key"))) {
        for (RequestHead head :
            List.of(
                get("/a/" + spelling + "/b"),
                get("/a?b=" + spelling),
                get("/a", "Cookie", "c=" + spelling + "; d"),
                get("/a", "X-Other", spelling),
                get("/a", "Authorization", basic("user", "x" + spelling)))) {
          refusal(spelling, () -> examine(head, binding(slot)), "placeholder-wrong-slot");
          refusal(
              spelling,
              () -> examine("evil.example", head, binding(slot)),
              "placeholder-wrong-host");
        }
      }
    }
  }

  @Test
  void a_real_value_is_seen_in_every_spelling_and_place_also_on_its_own_way() {
    for (String spelling : spellings(REAL)) {
      for (String host : List.of(HOST, "evil.example")) {
        for (RequestHead head :
            List.of(
                get("/a/" + spelling + "/b"),
                get("/a?b=" + spelling),
                get("/a", "Authorization", "Bearer " + spelling),
                get("/a", "Authorization", basic("user", spelling)),
                get("/a", "Authorization", basic(spelling, "")),
                get("/a", "X-Other", "a, " + spelling))) {
          refusal(
              spelling,
              () -> examine(host, head, binding(new Slot.Scheme("Bearer"))),
              "secret-leaving");
        }
      }
    }
  }

  @Test
  void beside_an_accepted_placeholder_a_real_value_is_seen_as_well() {
    Binding one = binding(new Slot.Basic(Part.USER), new Slot.Scheme("Bearer"));
    refusal(
        () -> examine(get("/", "Authorization", basic(FAKE, REAL2)), one, second()),
        "secret-leaving");
    refusal(
        () -> examine(get("/?" + REAL2, "Authorization", "Bearer " + FAKE), one, second()),
        "secret-leaving");
  }

  @Test
  void an_encoded_placeholder_in_its_own_query_or_path_slot_is_right() {
    String encoded = FAKE.replace("2", "%32").replace("-", "%2D");
    assertThat(sent(examine(get("/v?key=" + encoded), binding(new Slot.Query("key")))))
        .startsWith("GET /v?key=" + ENCODED_REAL + " ");
    assertThat(sent(examine(get("/v?k%65y=" + encoded), binding(new Slot.Query("key")))))
        .startsWith("GET /v?k%65y=" + ENCODED_REAL + " ");
    assertThat(sent(examine(get("/%62ot" + encoded + "/x"), binding(new Slot.Path(0, "bot")))))
        .startsWith("GET /bot" + ENCODED_REAL + "/x ");
    String twice = encoded.replace("%", "%25");
    refusal(
        () -> examine(get("/v?key=" + twice), binding(new Slot.Query("key"))),
        "placeholder-wrong-slot");
  }

  @Test
  void basic_credentials_are_read_in_both_alphabets_and_sent_in_the_standard_one() {
    byte[] plain = bytes("m\u00fc\u00ff?>:" + FAKE);
    String real = Base64.getEncoder().encodeToString(bytes("m\u00fc\u00ff?>:" + REAL));
    for (String blob :
        List.of(
            Base64.getEncoder().encodeToString(plain),
            Base64.getEncoder().withoutPadding().encodeToString(plain),
            Base64.getUrlEncoder().encodeToString(plain),
            Base64.getUrlEncoder().withoutPadding().encodeToString(plain))) {
      for (String scheme : List.of("Basic", "basic", "BASIC")) {
        Injection injection =
            examine(
                get("/", "Authorization", scheme + " " + blob),
                binding(new Slot.Basic(Part.PASSWORD)));
        assertThat(sent(injection)).contains("Authorization: " + scheme + " " + real + "\r\n");
      }
    }
  }

  @Test
  void schemes_are_compared_without_case_and_sent_as_they_came() {
    assertThat(
            sent(
                examine(
                    get("/", "authorization", "bEARER  " + FAKE),
                    binding(new Slot.Scheme("Bearer")))))
        .contains("authorization: bEARER  " + REAL + "\r\n");
  }

  @Test
  void a_second_field_of_the_name_is_ambiguous() {
    refusal(
        () ->
            examine(
                get("/", "Authorization", "Bearer other", "Authorization", "Bearer " + FAKE),
                binding(new Slot.Scheme("Bearer"))),
        "slot-ambiguous");
  }

  @Test
  void without_tls_it_goes_only_where_that_is_said_twice() {
    RequestHead head = get("/", "X-Api-Key", FAKE);
    Slot slot = new Slot.Header("x-api-key");
    Binding secure = binding(REAL, "localhost:8080", false, slot);
    Binding plain = binding(REAL, "http://localhost:8080", false, slot);
    Binding allowed =
        new Binding(
            Rig.NAME,
            FAKE,
            SecretValue.owning("A", bytes(REAL)),
            List.of(HostPattern.parse("http://localhost:8080")),
            List.of(slot),
            false,
            true);
    var to = Rig.to("localhost:8080");
    for (Binding each : List.of(secure, plain)) {
      refusal(
          () -> new Injector(List.of(each)).examiner().examine(to, false, head),
          "placeholder-plain-http");
    }
    assertThat(sent(new Injector(List.of(allowed)).examiner().examine(to, false, head)))
        .contains("X-Api-Key: " + REAL);
  }

  @Test
  void a_placeholder_of_another_session_is_refused() {
    String other =
        Placeholders.mint(
                List.of(
                    new Wish(
                        SecretName.of("X"),
                        "github",
                        SecretValue.owning("X", bytes("ghp_" + "a8".repeat(18))))),
                new java.security.SecureRandom())
            .of(SecretName.of("X"));
    Binding mine = binding(new Slot.Scheme("Bearer"));
    for (RequestHead head :
        List.of(
            get("/" + other),
            get("/x", "Authorization", "Bearer " + other),
            get("/x", "Authorization", basic("u", other)),
            get("/" + other.replace("p", "%70")))) {
      refusal(() -> examine(head, mine), "placeholder-unknown");
    }
    refusal(
        () -> examine(get("/" + other, "Authorization", "Bearer " + FAKE), mine),
        "placeholder-unknown");
  }

  @Test
  void an_absent_slot_is_filled_where_the_binding_says_so() {
    assertThat(sent(examine(get("/"), binding(REAL, HOST, true, new Slot.Basic(Part.PASSWORD)))))
        .contains("Authorization: " + basic("x-access-token", REAL) + "\r\n");
    assertThat(sent(examine(get("/"), binding(REAL, HOST, true, new Slot.Scheme("Bearer")))))
        .contains("Authorization: Bearer " + REAL + "\r\n");
    assertThat(sent(examine(get("/"), binding(REAL, HOST, true, new Slot.Header("x-key")))))
        .contains("x-key: " + REAL + "\r\n");
    assertThat(sent(examine(get("/?a"), binding(REAL, HOST, true, new Slot.Query("key")))))
        .startsWith("GET /?a&key=" + ENCODED_REAL + " ");
    assertThat(sent(examine(get("/"), binding(REAL, HOST, true, new Slot.Query("key")))))
        .startsWith("GET /?key=" + ENCODED_REAL + " ");
  }

  @Test
  void what_the_client_sends_itself_is_not_overwritten() {
    Binding basic = binding(REAL, HOST, true, new Slot.Basic(Part.PASSWORD));
    RequestHead own = get("/", "Authorization", "Bearer mine");
    assertThat(examine(own, basic).isEmpty()).isTrue();
    assertThat(sent(examine(own, basic))).contains("Authorization: Bearer mine");
    assertThat(examine("other.example", get("/"), basic).isEmpty()).isTrue();
    Binding query = binding(REAL, HOST, true, new Slot.Query("key"));
    assertThat(examine(get("/?key=mine"), query).isEmpty()).isTrue();
    Binding filled = binding(REAL, HOST, true, new Slot.Basic(Part.PASSWORD), new Slot.Query("k"));
    assertThat(examine(get("/?k=" + FAKE), filled).uses()).hasSize(1);
  }

  @Test
  void a_value_that_could_end_a_line_is_never_written() {
    for (String bad :
        List.of("abcdefgh\r\nX: y", "abcdefgh\n", "abcdef\0gh", "abcdefg\u00fc", "")) {
      assertThatThrownBy(
              () -> new Injector(List.of(binding(bad, HOST, false, new Slot.Header("x-api-key")))))
          .isInstanceOf(PaleException.class)
          .satisfies(e -> assertThat(((PaleException) e).code()).isEqualTo(733));
    }
    Binding mixed =
        binding("abcdefgh\r\nX: y", HOST, false, new Slot.Header("x-api-key"), new Slot.Query("k"));
    refusal(() -> examine(get("/", "x-api-key", FAKE), mixed), "secret-unfit");
    assertThat(sent(examine(get("/?k=" + FAKE), mixed)))
        .startsWith("GET /?k=abcdefgh%0D%0AX%3A%20y ");
    refusal(
        () ->
            examine(
                get("/", "Authorization", basic(FAKE, "x")),
                binding(
                    "user:colon1", HOST, false, new Slot.Basic(Part.USER), new Slot.Query("k"))),
        "secret-unfit");
  }

  @Test
  void placeholders_that_cannot_be_told_apart_are_refused() {
    Binding longer =
        new Binding(
            Rig.NAME2,
            FAKE + "x",
            SecretValue.owning("B", bytes(REAL2)),
            List.of(),
            List.of(),
            false,
            false);
    assertThatThrownBy(() -> new Injector(List.of(binding(), longer)))
        .isInstanceOf(PaleException.class)
        .satisfies(e -> assertThat(((PaleException) e).code()).isEqualTo(734));
    Binding same =
        new Binding(
            Rig.NAME2,
            FAKE,
            SecretValue.owning("B", bytes(REAL2)),
            List.of(),
            List.of(),
            false,
            false);
    assertThatThrownBy(() -> new Injector(List.of(binding(), same)))
        .isInstanceOf(PaleException.class)
        .satisfies(e -> assertThat(((PaleException) e).code()).isEqualTo(735));
  }

  @Test
  void an_ordinary_request_goes_as_it_came() {
    Injection injection =
        examine(
            get("/a%20b?c=%2Fd", "Accept", "*/*", "Authorization", basic("a", "b")),
            binding(new Slot.Scheme("Bearer")));
    assertThat(injection.isEmpty()).isTrue();
    assertThat(injection.uses()).isEmpty();
    assertThat(sent(injection))
        .isEqualTo(
            "GET /a%20b?c=%2Fd HTTP/1.1\r\nAccept: */*\r\nAuthorization: "
                + basic("a", "b")
                + "\r\n\r\n");
  }

  @Test
  void one_secret_has_bindings_for_several_services() {
    Binding api = binding(REAL, "api.example.com", false, new Slot.Scheme("Bearer"));
    Binding git = binding(REAL, "git.example.com", true, new Slot.Basic(Part.PASSWORD));
    assertThat(sent(examine(get("/", "Authorization", "Bearer " + FAKE), api, git)))
        .contains("Bearer " + REAL);
    assertThat(
            sent(examine("git.example.com", get("/", "Authorization", basic("u", FAKE)), api, git)))
        .contains(basic("u", REAL));
    refusal(
        () -> examine("git.example.com", get("/", "Authorization", "Bearer " + FAKE), api, git),
        "placeholder-wrong-slot");
    assertThat(sent(examine("git.example.com", get("/"), api, git)))
        .contains(basic("x-access-token", REAL));
  }

  @Test
  void trailers_have_no_slots() {
    Injection injection = examine(get("/"), binding(new Slot.Header("x-api-key")));
    injection.examineTrailers(new Headers().add("x-sum", "1"));
    refusal(
        () -> injection.examineTrailers(new Headers().add("x-api-key", FAKE)),
        "placeholder-wrong-slot");
    refusal(() -> injection.examineTrailers(new Headers().add("x", REAL)), "secret-leaving");
  }

  @Test
  void the_password_of_a_database_url_is_seen_alone() {
    String url = "postgres://app:c0rrect-h0rse@db.example:5432/app";
    Binding database = binding(url, "db.example", false, new Slot.Query("none"));
    refusal(() -> examine(get("/?p=c0rrect-h0rse"), database), "secret-leaving");
  }
}
