package dev.pale.gateway.placeholder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SecretName NAME = SecretName.of("A_SECRET");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String mint(String real, String shape) {
    return Placeholders.mint(
            List.of(new Wish(NAME, shape, SecretValue.owning("A_SECRET", bytes(real)))), RANDOM)
        .of(NAME);
  }

  /** A value in a form, as a vendor would make it: no check of ours. */
  private static String real(String prefix, int length) {
    String letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder out = new StringBuilder(prefix);
    while (out.length() < length) {
      out.append(letters.charAt(RANDOM.nextInt(62)));
    }
    return out.toString();
  }

  @Test
  void every_shape_is_recognised_alone_and_inside_other_text() {
    for (Shape shape : Shapes.all()) {
      for (int i = 0; i < 50; i++) {
        byte[] text = shape.draw(bytes("x".repeat(40)), RANDOM).text();
        String token = new String(text, StandardCharsets.US_ASCII);
        assertThat(Placeholders.isPlaceholder(token)).as(shape.name() + " " + token).isTrue();
        for (String around :
            List.of("%s", "Bearer %s", "/bot%s/send", "{\"a\":\"%s\"}", "k=%s&b=c")) {
          byte[] within = bytes(around.replace("%s", token));
          int found = Placeholders.find(within, 0, within.length);
          assertThat(found).as(shape.name() + " " + around).isNotNegative();
        }
      }
    }
  }

  @Test
  void a_changed_placeholder_is_none() {
    for (Shape shape : Shapes.all()) {
      byte[] text = shape.draw(bytes("x".repeat(40)), RANDOM).text();
      int at = endOfCore(text) - 1;
      at -= text[at] == 'A' && text[at - 1] == 'A' ? 2 : 0;
      text[at] = (byte) (text[at] == '2' ? '3' : '2');
      String changed = new String(text, StandardCharsets.US_ASCII);
      assertThat(Placeholders.isPlaceholder(changed)).as(shape.name() + " " + changed).isFalse();
    }
  }

  /** The end of the longest run of letters and digits, or of the text when none is long. */
  private static int endOfCore(byte[] text) {
    int best = text.length;
    int longest = Recogniser.SHORTEST - 1;
    int run = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || Alphabet.membershipOf(text[i]) == 0) {
        if (i - run > longest
            && !new String(text, run, i - run, StandardCharsets.US_ASCII).startsWith("eyJ")) {
          longest = i - run;
          best = i;
        }
        run = i + 1;
      }
    }
    return best;
  }

  @Test
  void a_million_random_tokens_are_none() {
    byte[] token = new byte[40];
    int found = 0;
    for (int i = 0; i < 1_000_000; i++) {
      Alphabet alphabet = Alphabet.all()[i % 7];
      Pattern.fill(alphabet, token, 0, 40, FAST);
      if (Placeholders.find(token, 0, 40) >= 0) {
        found++;
      }
    }
    // Expected are 6e-4 in a million.
    assertThat(found).isZero();
  }

  private static final java.util.random.RandomGenerator FAST = new java.util.SplittableRandom(7);

  @Test
  void real_looking_tokens_are_none() {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      tokens.add(real("sk-ant-api03-", 106) + "AA");
      tokens.add(real("sk-proj-", 164));
      tokens.add(real("ghp_", 40));
      tokens.add(real("github_pat_", 93));
      tokens.add(real("AIza", 39));
      tokens.add(java.util.UUID.randomUUID().toString());
      tokens.add("postgres://app:" + real("", 32) + "@db.internal/app");
    }
    for (String each : tokens) {
      assertThat(Placeholders.isPlaceholder(each)).isFalse();
      assertThat(Placeholders.find(bytes(each), 0, each.length())).isNegative();
    }
  }

  @Test
  void find_tells_where_the_token_begins() {
    String token = mint(real("ghp_", 40), "github");
    byte[] text = bytes("Authorization: token " + token + "\r\n");
    assertThat(Placeholders.find(text, 0, text.length)).isEqualTo(21);
    assertThat(Placeholders.find(text, 22, text.length - 22)).isEqualTo(22);
    assertThat(Placeholders.find(text, 0, text.length - 3)).isNegative();
  }

  @Test
  void a_placeholder_is_as_long_as_the_real_value_where_128_bits_fit() {
    assertThat(mint(real("sk-ant-api03-", 106) + "AA", "anthropic")).hasSize(108).endsWith("AA");
    assertThat(mint(real("sk-proj-", 130), "openai")).hasSize(130).startsWith("sk-proj-");
    assertThat(mint(real("sk-", 51), "openai")).hasSize(51).startsWith("sk-");
    assertThat(mint(real("sk_live_", 107), "stripe")).hasSize(107).startsWith("sk_live_");
    assertThat(mint(real("rk_test_", 107), "stripe")).hasSize(107).startsWith("rk_test_");
    assertThat(mint(real("github_pat_", 33) + "_" + real("", 59), "github"))
        .hasSize(93)
        .matches("github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}");
    assertThat(mint("c0ffee".repeat(10), "")).hasSize(60).matches("[0-9a-f]*");
    assertThat(mint("c0ffeeee".repeat(4), "")).hasSize(32).matches("[0-9a-f]*");
    assertThat(mint("48151623421", "")).hasSize(49).matches("[0-9]*");
    assertThat(mint("hunter2hunter2!", "")).hasSize(28);
    assertThat(mint("correct horse battery staple correct", "")).hasSize(36);
  }

  @Test
  void another_form_than_the_services_is_told_by_the_value() {
    assertThat(mint(real("ghp_", 40), "openai")).startsWith("ghp_");
    assertThat(mint(real("", 50), "openai")).startsWith("sk-proj-");
    assertThat(mint(java.util.UUID.randomUUID().toString(), ""))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4.*");
    assertThat(mint(real("sk-or-v1-", 73), "")).startsWith("sk-or-v1-").hasSize(73);
  }

  @Test
  void of_a_database_url_only_the_password_changes() {
    String password = real("", 40);
    String fake = mint("postgres://app:" + password + "@db.internal:5432/app?sslmode=require", "");
    assertThat(fake)
        .startsWith("postgres://app:")
        .endsWith("@db.internal:5432/app?sslmode=require")
        .hasSize(("postgres://app:" + password + "@db.internal:5432/app?sslmode=require").length())
        .doesNotContain(password);
    assertThat(mint("mongodb+srv://u:p%40ss%2Fword@c.example.net/db", "database-url"))
        .matches("mongodb\\+srv://u:[A-Za-z0-9]{28}@c.example.net/db");
    assertThat(mint("redis://:short@cache:6379/0", ""))
        .matches("redis://:[A-Za-z0-9]{28}@cache:6379/0");
    assertThat(mint("amqps://u:p@ss/w@host/v", "")).matches("amqps://u:[A-Za-z0-9]{28}@host/v");
  }

  @Test
  void a_database_url_that_would_show_more_than_a_password_is_replaced_entirely() {
    assertThat(mint("postgres://u:p4ssw0rd@h/db?sslpassword=hunter22", "")).matches("[A-Za-z0-9]*");
    SecretName user = SecretName.of("DB_USER");
    Placeholders both =
        Placeholders.mint(
            List.of(
                new Wish(NAME, "", SecretValue.owning("A", bytes("mysql://svc-9c3f:pw12345@h/d"))),
                new Wish(user, "", SecretValue.owning("B", bytes("svc-9c3f")))),
            RANDOM);
    assertThat(both.of(NAME)).doesNotContain("svc-9c3f");
  }

  @Test
  void a_token_of_three_parts_decodes_and_is_as_long_as_the_real_one() {
    for (int claims = 60; claims < 200; claims++) {
      Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
      String real =
          encoder.encodeToString(bytes("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"))
              + "."
              + encoder.encodeToString(bytes("{\"a\":\"" + "b".repeat(claims + 60) + "\"}"))
              + "."
              + encoder.encodeToString(new byte[32]);
      String fake = mint(real, "");
      assertThat(fake).hasSize(real.length());
      String[] parts = fake.split("\\.");
      assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.US_ASCII))
          .startsWith("{\"alg\":\"HS256\"");
      assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.US_ASCII))
          .contains("\"exp\":4102444800")
          .endsWith("\"}");
      assertThat(Base64.getUrlDecoder().decode(parts[2])).hasSize(32);
    }
  }

  @Test
  void it_is_no_valid_token_of_github() {
    byte[] token = bytes(real("ghp_", 40));
    CRC32 crc = new CRC32();
    crc.update(token, 4, 30);
    long rest = crc.getValue();
    String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (int i = 39; i >= 34; i--) {
      token[i] = (byte) digits.charAt((int) (rest % 62));
      rest /= 62;
    }
    assertThat(ForeignChecksums.isValid(token)).isTrue();
    token[10] ^= 1;
    assertThat(ForeignChecksums.isValid(token)).isFalse();
    for (int i = 0; i < 2000; i++) {
      assertThat(ForeignChecksums.isValid(bytes(mint(real("ghp_", 40), "github")))).isFalse();
    }
  }

  @Test
  void what_looks_like_an_example_or_shares_with_a_real_value_is_rejected() {
    Candidate good = Shapes.named("generic").orElseThrow().draw(new byte[40], RANDOM);
    assertThat(Placeholders.isGood(good, List.of(), List.of())).isTrue();
    assertThat(Placeholders.isGood(good, List.of(), List.of(good.text()))).isFalse();
    byte[] real = bytes("....." + good.asString().substring(10, 18) + ".....");
    assertThat(Placeholders.isGood(good, List.of(real), List.of())).isFalse();
    byte[] less = bytes("....." + good.asString().substring(10, 17) + ".....");
    assertThat(Placeholders.isGood(good, List.of(less), List.of())).isTrue();
    byte[] spelled = good.text().clone();
    System.arraycopy(bytes("TeSt"), 0, spelled, 3, 4);
    Recogniser.write(Alphabet.BASE62, spelled, spelled.length);
    assertThat(Placeholders.isGood(new Candidate(spelled, new boolean[40]), List.of(), List.of()))
        .isFalse();
  }

  @Test
  void placeholders_are_never_the_same_and_never_within_each_other() {
    Set<String> all = new HashSet<>();
    for (Shape shape : Shapes.all()) {
      for (int i = 0; i < 20; i++) {
        assertThat(all.add(mint(real("", 40), shape.name()))).isTrue();
      }
    }
    for (String a : all) {
      for (String b : all) {
        assertThat(!a.equals(b) && a.contains(b)).isFalse();
      }
    }
  }

  @Test
  void the_shapes_without_room_for_128_bits_are_these() {
    List<String> few = new ArrayList<>();
    for (Shape shape : Shapes.all()) {
      assertThat(shape.randomBits()).as(shape.name()).isGreaterThanOrEqualTo(50);
      if (shape.randomBits() < 128) {
        few.add(shape.name() + " " + shape.randomBits());
      }
    }
    assertThat(few)
        .containsExactly(
            "deepseek 96",
            "gitlab 83",
            "aws-key-id 50",
            "docker 125",
            "datadog 96",
            "cloudflare 116",
            "vercel 107",
            "twilio 96",
            "jira 107",
            "mailgun 96",
            "shopify 96",
            "algolia 96",
            "fireworks 107",
            "newrelic 103",
            "hex32 96",
            "uuid 90",
            "hubspot 90",
            "heroku 90");
  }

  @Test
  void an_unknown_shape_is_an_error() {
    assertThatThrownBy(() -> mint("some real value", "nothing"))
        .isInstanceOf(PaleException.class)
        .satisfies(e -> assertThat(((PaleException) e).code()).isEqualTo(730));
  }
}
