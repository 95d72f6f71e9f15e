package dev.pale.providers.onepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.rest.Oddities;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectProviderTest extends ProviderContract {
  private static final String TOKEN = "eyJhbGciOiJFUzI1NiJ9.e30.sig-77";
  private static final String TEAM = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String STRIPE = "cccccccccccccccccccccccccc";
  private static final String TWIN = "dddddddddddddddddddddddddd";
  private static final String OTHER_TWIN = "eeeeeeeeeeeeeeeeeeeeeeeeee";
  private static final byte[] FILE = {0, (byte) 0xff, '\r', '\n', 0};

  private final Map<String, String> items =
      new LinkedHashMap<>(
          Map.of(
              STRIPE,
              """
              {"id":"%s","title":"Stripe","vault":{"id":"%s"},
               "sections":[{"id":"add more"},{"id":"s1","label":"Admin"},{"id":"s2","label":"Ops"}],
               "fields":[
                {"id":"username","type":"STRING","purpose":"USERNAME","label":"username","value":"größe"},
                {"id":"password","type":"CONCEALED","purpose":"PASSWORD","label":"password","value":"p\\nw\\n"},
                {"id":"f1","type":"CONCEALED","label":"api-key","value":"sk","section":{"id":"add more"}},
                {"id":"f2","type":"CONCEALED","label":"api-key","value":"sk-admin","section":{"id":"s1"}},
                {"id":"f3","type":"CONCEALED","label":"pin","value":"1","section":{"id":"s1"}},
                {"id":"f4","type":"CONCEALED","label":"pin","value":"2","section":{"id":"s2"}},
                {"id":"f5","type":"CONCEALED","label":"only","value":"inside","section":{"id":"s2"}},
                {"id":"f6","type":"CONCEALED","label":"same","value":"a","section":{"id":"s2"}},
                {"id":"f7","type":"CONCEALED","label":"SAME","value":"b","section":{"id":"s2"}},
                {"id":"f8","type":"OTP","label":"one-time password","value":"otpauth://totp/x?secret=Y","totp":"123456"},
                {"id":"f9","type":"STRING","label":"nothing"},
                {"id":"fa","type":"SSHKEY","label":"private key","value":"-----BEGIN PRIVATE KEY-----"}],
               "files":[{"id":"file1","name":"blob.bin","size":5,"content_path":"https://evil.invalid/x"},
                {"id":"file2","name":"only.txt","size":3,"section":{"id":"s1"}}]}
              """
                  .formatted(STRIPE, TEAM),
              TWIN,
              "{\"id\":\"%s\",\"title\":\"Twin\",\"vault\":{\"id\":\"%s\"},\"fields\":[]}"
                  .formatted(TWIN, TEAM),
              OTHER_TWIN,
              "{\"id\":\"%s\",\"title\":\"twin\",\"vault\":{\"id\":\"%s\"},\"fields\":[]}"
                  .formatted(OTHER_TWIN, TEAM)));

  private String vaults =
      "[{\"id\":\"%s\",\"name\":\"Team\"},{\"id\":\"bbbbbbbbbbbbbbbbbbbbbbbbbb\",\"name\":\"Old\"}]"
          .formatted(TEAM);

  @Override
  protected Handler honest() {
    return this::answer;
  }

  private FakeAnswer answer(FakeRequest request) {
    if (!request.header("Authorization").equals("Bearer " + TOKEN)) {
      return FakeAnswer.json(401, "{\"status\":401,\"message\":\"" + SENTINEL + "\"}");
    }
    if (request.path().equals("/v1/vaults")) {
      return FakeAnswer.json(200, vaults);
    }
    String inVault = "/v1/vaults/" + TEAM + "/items";
    if (request.path().equals(inVault)) {
      return FakeAnswer.json(200, list(request.query().get("filter")));
    }
    if (request.path().equals(inVault + "/" + STRIPE + "/files/file1/content")) {
      return FakeAnswer.bytes(200, "application/octet-stream", FILE);
    }
    for (Map.Entry<String, String> item : items.entrySet()) {
      if (request.path().equals(inVault + "/" + item.getKey())) {
        return FakeAnswer.json(200, item.getValue());
      }
    }
    return FakeAnswer.json(404, "{\"status\":404,\"message\":\"" + SENTINEL + "\"}");
  }

  /** The filter compares letter by letter, as the real one may. */
  private String list(String filter) {
    StringBuilder out = new StringBuilder("[");
    items.forEach((id, json) -> {
      String title = json.replaceAll("(?s).*?\"title\":\"([^\"]*)\".*", "$1");
      if (filter == null || filter.equals("title eq \"" + title + "\"")) {
        out.append(out.length() > 1 ? "," : "")
            .append("{\"id\":\"%s\",\"title\":\"%s\"}".formatted(id, title));
      }
    });
    return out.append(
            filter == null ? ",{\"id\":\"z\",\"title\":\"Gone\",\"state\":\"ARCHIVED\"}]" : "]")
        .toString();
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return new OnePassword()
        .open(
            new ProviderSettings(
                "op",
                Map.of("connect_host", server.address()),
                Map.of(
                    "connect_token",
                    SecretValue.owning("t", TOKEN.getBytes(StandardCharsets.US_ASCII)))),
            surroundings);
  }

  @Override
  protected Map<Reference, String> present() {
    return Map.of(
        ref("op://Team/Stripe/password"), "p\nw\n",
        ref("op://team/STRIPE/UserName"), "größe",
        ref("op://" + TEAM + "/" + STRIPE + "/f1"), "sk",
        ref("op://Team/Stripe/api-key"), "sk",
        ref("op://Team/Stripe/Admin/api-key"), "sk-admin",
        ref("op://Team/Stripe/s1/f2"), "sk-admin",
        ref("op://Team/Stripe/only"), "inside",
        ref("op://Team/Stripe/one-time password?attribute=otp"), "123456");
  }

  @Override
  protected Reference absent() {
    return ref("op://Team/Stripe/Admin/password");
  }

  @Override
  protected List<String> credentials() {
    return List.of(TOKEN);
  }

  private static Reference ref(String text) {
    return Reference.parse(text);
  }

  private Outcome read(String reference) {
    try (Provider provider = open(machine.surroundings())) {
      return provider.read(List.of(ref(reference))).get(ref(reference));
    }
  }

  private void assertFailed(String reference, int code, String why) {
    PaleException failure = ((Outcome.Failed) read(reference)).failure();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.why()).contains(why);
  }

  private void assertMissing(String reference, String why) {
    assertThat(((Outcome.Missing) read(reference)).why()).contains(why);
  }

  @Test
  void an_item_is_fetched_once_for_all_its_fields() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(
          List.of(
              ref("op://Team/Stripe/password"),
              ref("op://team/stripe/username"),
              ref("op://Team/Stripe/Admin/pin")));
    }
    assertThat(server.requests()).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void what_has_no_section_comes_first_and_a_section_is_needed_where_several_match() {
    assertThat(text(read("op://Team/Stripe/api-key"))).isEqualTo("sk");
    assertFailed("op://Team/Stripe/pin", 628, "2 fields");
    assertThat(text(read("op://Team/Stripe/ops/PIN"))).isEqualTo("2");
    assertFailed("op://Team/Stripe/Ops/same", 628, "2 fields");
    assertThat(text(read("op://Team/Stripe/Ops/f7"))).isEqualTo("b");
  }

  @Test
  void items_and_vaults_that_share_a_name_are_ambiguous_and_ids_are_not() {
    assertFailed("op://Team/TWIN/x", 628, "2 items");
    assertMissing("op://Team/" + TWIN + "/x", "no field or file 'x'");
    vaults = vaults.replace("\"Old\"", "\"TEAM\"");
    assertFailed("op://Team/Stripe/password", 628, "2 vaults");
    assertThat(text(read("op://" + TEAM + "/Stripe/password"))).isEqualTo("p\nw\n");
  }

  @Test
  void each_step_that_is_not_there_is_named() {
    assertMissing("op://Nowhere/Stripe/password", "no vault 'Nowhere'");
    assertMissing("op://Team/Nothing/password", "no item 'Nothing'");
    assertMissing("op://Team/Gone/password", "no item 'Gone'");
    assertMissing("op://Team/Stripe/Nope/password", "no section 'Nope'");
    assertMissing("op://Team/Stripe/Admin/nope", "no field or file 'nope' in section 'Admin'");
    assertMissing("op://Team/Stripe/nothing", "no value");
  }

  @Test
  void attributes_and_files_are_given_as_the_server_has_them() {
    assertThat(text(read("op://Team/Stripe/password?attribute=type"))).isEqualTo("CONCEALED");
    assertThat(text(read("op://Team/Stripe/password?attribute=purpose"))).isEqualTo("PASSWORD");
    assertThat(text(read("op://Team/Stripe/api-key?attribute=id"))).isEqualTo("f1");
    assertThat(text(read("op://Team/Stripe/blob.bin?attribute=size"))).isEqualTo("5");
    assertMissing("op://Team/Stripe/password?attribute=otp", "no attribute 'otp'");
    assertFailed("op://Team/Stripe/password?attribute=odd", 627, "no such attribute");
    assertFailed("op://Team/Stripe/private key?ssh-format=openssh", 627, "PKCS #8");
    Outcome file = read("op://Team/Stripe/blob.bin");
    assertThat(((Outcome.Found) file).value().bytes(Reveal.COMPARE)).isEqualTo(FILE);
  }

  @Test
  void an_answer_about_another_item_is_refused() {
    items.put(STRIPE, items.get(STRIPE).replace(STRIPE, TWIN));
    assertFailed("op://Team/" + STRIPE + "/password", 607, "another item");
    items.put(STRIPE, items.get(STRIPE).replace(TWIN, STRIPE).replace(TEAM, "x"));
    assertFailed("op://Team/" + STRIPE + "/password", 607, "another item");
  }

  @Test
  void a_vault_without_permission_fails_alone_and_in_our_own_words() {
    server.answerWith(request ->
        request.path().endsWith("/items")
            ? FakeAnswer.json(403, "{\"message\":\"" + SENTINEL + "\"}")
            : answer(request));
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes =
          provider.read(List.of(ref("op://Team/Stripe/password"), ref("op://Nowhere/x/y")));
      PaleException failure =
          ((Outcome.Failed) outcomes.get(ref("op://Team/Stripe/password"))).failure();
      assertThat(failure.code()).isEqualTo(627);
      assertSilent(failure);
      assertThat(outcomes.get(ref("op://Nowhere/x/y"))).isInstanceOf(Outcome.Missing.class);
    }
  }

  @Test
  void listing_gives_references_that_can_be_read() {
    try (Provider provider = open(machine.surroundings())) {
      List<Reference> listed = provider.list("Team/Stripe").orElseThrow();
      assertThat(listed).contains(ref("op://Team/Stripe/Admin/api-key")).hasSize(14);
      assertThat(provider.list("team").orElseThrow()).hasSize(14);
      assertThatThrownBy(() -> provider.list("Nowhere"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(613));
      assertThat(provider.read(List.of(ref("op://Team/Stripe/Ops/same"))).values())
          .allMatch(Outcome.Failed.class::isInstance);
    }
  }

  @Test
  void without_set_up_the_callers_own_environment_is_used() {
    machine.set("OP_CONNECT_HOST", server.address()).set("OP_CONNECT_TOKEN", TOKEN);
    try (Provider provider =
        new OnePassword().open(ProviderSettings.none("op"), machine.surroundings())) {
      assertThat(provider.read(List.of(ref("op://Team/Stripe/password"))).values())
          .allMatch(Outcome.Found.class::isInstance);
    }
  }

  @Test
  void half_a_set_up_is_refused_and_the_environment_does_not_complete_it() {
    try (FakeServer evil = FakeServer.http(request -> FakeAnswer.empty(500))) {
      machine.set("OP_CONNECT_HOST", evil.address()).set("OP_CONNECT_TOKEN", "x");
      for (ProviderSettings half :
          List.of(
              new ProviderSettings(
                  "op",
                  Map.of(),
                  Map.of("connect_token", SecretValue.owning("t", new byte[] {'x'}))),
              new ProviderSettings("op", Map.of("connect_host", server.address()), Map.of()))) {
        assertThatThrownBy(() -> new OnePassword().open(half, machine.surroundings()))
            .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
      }
      assertThat(evil.requests()).isEmpty();
    }
  }

  @Test
  void answers_with_other_types_than_they_should_have_break_nothing() {
    Oddities.breakNothing(
        server, this::answer, () -> open(machine.surroundings()), present().keySet());
  }
}
