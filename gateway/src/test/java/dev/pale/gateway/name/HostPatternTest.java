package dev.pale.gateway.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {
  @ParameterizedTest
  @CsvSource({
    // pattern, destination, with TLS, matches
    "api.x.com, api.x.com:443, true, true",
    "API.X.com., api.x.com:443, true, true",
    "https://api.x.com, api.x.com:443, true, true",
    "api.x.com, api.x.com:443, false, false",
    "api.x.com, api.x.com:8443, true, false",
    "api.x.com, x.com:443, true, false",
    "api.x.com, a.api.x.com:443, true, false",
    "api.x.com, api.x.com.evil.net:443, true, false",
    "api.x.com:8443, api.x.com:8443, true, true",
    "api.x.com:8443, api.x.com:443, true, false",
    "*.x.com, api.x.com:443, true, true",
    "*.x.com, x.com:443, true, false",
    "*.x.com, a.b.x.com:443, true, false",
    "*.x.com, evilx.com:443, true, false",
    "*.x.com, api.x.com:8443, true, false",
    "*.x.com:8443, api.x.com:8443, true, true",
    "*.x.com, api.x.com:443, false, false",
    "**.x.com, api.x.com:443, true, true",
    "**.x.com, a.b.c.x.com:443, true, true",
    "**.x.com, x.com:443, true, false",
    "**.x.com, evilx.com:443, true, false",
    "**.x.com, x.com.evil.net:443, true, false",
    "http://localhost:8080, localhost:8080, false, true",
    "http://localhost:8080, localhost:8080, true, false",
    "http://example.com, example.com:80, false, true",
    "HTTP://*.example.com, a.example.com:80, false, true",
    "127.0.0.1:8443, 127.0.0.1:8443, true, true",
    "[2001:db8::1], [2001:db8::1]:443, true, true",
  })
  void table(String pattern, String destination, boolean tls, boolean matches) {
    HostPattern parsed = HostPattern.parse(pattern);
    assertThat(parsed.matches(Authority.parse(destination, 0), tls)).isEqualTo(matches);
    assertThat(HostPattern.parse(parsed.toString())).isEqualTo(parsed).hasSameHashCodeAs(parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "**",
        "*.",
        "*.*",
        "***.x.com",
        "a*.x.com",
        "a.*.com",
        "*x.com",
        "x.com/path",
        "https://x.com/",
        "ftp://x.com",
        "x.com:0",
        "x.com:*",
        "*.192.0.2.1",
        "*.[::1]",
        "*.1",
        "user@x.com",
        "x_y.com",
        "b\u00fccher.example",
        "http://",
        "x..com"
      })
  void what_is_no_pattern(String text) {
    assertThatThrownBy(() -> HostPattern.parse(text))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(700);
              assertThat(e.mend()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*.amazonaws.com",
        "**.amazonaws.com",
        "*.us-east-1.amazonaws.com",
        "**.amazonaws.com:8443",
        "*.execute-api.eu-west-1.amazonaws.com",
        "*.s3.amazonaws.com",
        "s3.amazonaws.com",
        "s3.eu-central-1.amazonaws.com",
        "bucket.s3.amazonaws.com",
        "bucket.s3.eu-west-3.amazonaws.com",
        "*.github.io",
        "**.github.io",
        "http://*.github.io",
        "*.run.app",
        "**.a.run.app",
        "*.cloudfront.net",
        "*.herokuapp.com",
        "*.vercel.app",
        "*.netlify.app",
        "*.azurewebsites.net",
        "*.blob.core.windows.net",
        "**.windows.net",
        "storage.googleapis.com",
        "*.googleapis.com",
        "bucket.storage.googleapis.com",
        "*.workers.dev",
        "*.me.workers.dev",
        "*.pages.dev",
        "*.ngrok.io",
        "*.ngrok.app",
        "*.supabase.co",
        "*.firebaseapp.com",
        "*.web.app",
        "*.fly.dev",
        "*.onrender.com",
        "*.gitlab.io",
        "*.appspot.com",
        "*.cloudapp.azure.com",
        "*.westeurope.cloudapp.azure.com",
        "*.digitaloceanspaces.com",
        "*.nyc3.digitaloceanspaces.com",
        "*.r2.dev",
        "raw.githubusercontent.com",
        "*.githubusercontent.com",
        "webhook.site",
        "httpbin.org",
        "hooks.slack.com",
        "*.slack.com",
        "*.com",
        "**.com",
        "*.dev",
        "*.co.uk",
        "**.uk",
        "*.sqs.us-east-1.amazonaws.com"
      })
  void where_anybody_can_rent_a_name(String pattern) {
    assertThat(HostPattern.parse(pattern).sharedBy()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.github.com",
        "api.openai.com",
        "*.openai.com",
        "**.example.com",
        "api.anthropic.com",
        "abc.supabase.co",
        "*.abc.supabase.co",
        "me.github.io",
        "*.me.github.io",
        "my.vercel.app",
        "bedrock-runtime.us-east-1.amazonaws.com",
        "generativelanguage.googleapis.com",
        "slack.com",
        "acme.atlassian.net",
        "api.telegram.org",
        "vercel.app",
        "myaccount.blob.core.windows.net",
        "*.localhost",
        "*.internal",
        "*.corp",
        "notamazonaws.com",
        "*.notgithub.io",
        "*.xcom.io",
        "127.0.0.1",
        "app.fly.dev",
        "*.example.co.uk",
        "huggingface.co",
        "*.datadoghq.com"
      })
  void where_one_owner_answers(String pattern) {
    assertThat(HostPattern.parse(pattern).sharedBy()).isEmpty();
  }

  @Test
  void the_sentence_names_the_suffix() {
    assertThat(HostPattern.parse("*.amazonaws.com").sharedBy())
        .hasValue("*.amazonaws.com: anybody can rent a name there");
  }

  @Test
  void a_pattern_of_one_destination() {
    assertThat(HostPattern.of(Authority.parse("a.example:8443", 0), true))
        .hasToString("a.example:8443");
    assertThat(HostPattern.of(Authority.parse("a.example:80", 0), false))
        .hasToString("http://a.example");
    assertThat(HostPattern.of(Authority.parse("a.example:443", 0), true).isWildcard()).isFalse();
    assertThat(HostPattern.parse("*.a.example").isWildcard()).isTrue();
  }
}
