package dev.pale.providers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every provider over HTTP promises, whatever its service does. A provider's test extends this
 * and adds its own.
 */
public abstract class ProviderContract {
  /** Stands for a secret that a service puts where it does not belong. */
  protected static final String SENTINEL = "s3ntinel-Zq8vK2";

  @TempDir protected Path home;

  /** The service; plays {@link #honest} at the start of each test. */
  protected FakeServer server;

  /** Bounds calls to twenty seconds and does not wait between attempts. */
  protected FakeMachine machine;

  /** The service as it should be; checks credentials. */
  protected abstract Handler honest();

  /** A provider with the right credentials for the service at {@link #server}. */
  protected abstract Provider open(Surroundings surroundings);

  /** What the service has, at least two references. */
  protected abstract Map<Reference, String> present();

  /** A well-formed reference to what the service does not have. */
  protected abstract Reference absent();

  /** Credentials that the provider was given or gets, which no error may quote. */
  protected abstract List<String> credentials();

  /** Sets what the provider takes from the environment. */
  protected void prepare(FakeMachine fresh) {}

  @BeforeEach
  void start() {
    server = FakeServer.http(honest());
    machine = new FakeMachine(home).longest(Duration.ofSeconds(20));
    prepare(machine);
  }

  @AfterEach
  void stop() {
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void it_gives_one_outcome_for_each_reference_and_none_else() {
    List<Reference> asked = new ArrayList<>(present().keySet());
    asked.add(absent());
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(asked);
      assertThat(outcomes.keySet()).containsExactlyInAnyOrderElementsOf(asked);
      present()
          .forEach(
              (reference, value) -> assertThat(text(outcomes.get(reference))).isEqualTo(value));
      assertThat(outcomes.get(absent())).isInstanceOf(Outcome.Missing.class);
      assertSilent(outcomes);
    }
  }

  @Test
  void nothing_asked_is_nothing_answered() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.read(List.of())).isEmpty();
    }
  }

  @Test
  void its_health_is_usable() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.health()).isInstanceOf(Health.Usable.class);
      assertThat(provider.health().toString()).doesNotContain(credentials());
    }
  }

  @Test
  void a_redirect_is_refused_and_the_other_host_hears_nothing() {
    try (FakeServer other = FakeServer.http(request -> FakeAnswer.json(200, "{}"))) {
      server.answerWith(Misbehaviour.redirect(other.address() + "/v1/elsewhere"));
      assertFails(605);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void a_body_of_a_gigabyte_is_not_read() {
    server.answerWith(Misbehaviour.largeBody(1L << 30));
    assertFails(604, 607);
  }

  @Test
  void a_body_that_never_ends_is_given_up() {
    server.answerWith(Misbehaviour.endlessBody());
    assertFails(604, 607);
  }

  @ParameterizedTest
  @ValueSource(strings = {"body", "header", "silence"})
  void slow_bytes_are_given_up(String part) {
    machine.longest(Duration.ofMillis(1500));
    server.answerWith(
        switch (part) {
          case "body" -> Misbehaviour.slowBody();
          case "header" -> Misbehaviour.slowHeader();
          default -> Misbehaviour.silence();
        });
    assertFails(603);
  }

  @Test
  void a_connection_that_is_reset_is_an_error() {
    server.answerWith(Misbehaviour.reset());
    assertFails(602);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 418, 429, 500, 503})
  void an_error_text_is_never_repeated(int status) {
    server.answerWith(Misbehaviour.error(status, SENTINEL));
    assertQuiet();
  }

  @Test
  void what_is_no_json_is_never_repeated() {
    server.answerWith(Misbehaviour.noJson(SENTINEL));
    assertQuiet();
  }

  @Test
  void deep_json_breaks_nothing() {
    server.answerWith(Misbehaviour.deepJson());
    assertQuiet();
  }

  @Test
  void a_moment_of_too_much_load_is_waited_out() {
    server.answerWith(Misbehaviour.busyOnce(1, honest()));
    try (Provider provider = open(machine.surroundings())) {
      Reference one = present().keySet().iterator().next();
      assertThat(text(provider.read(List.of(one)).get(one))).isEqualTo(present().get(one));
    }
  }

  @Test
  void a_service_that_is_down_is_unusable_and_says_nothing_secret() {
    server.close();
    try (Provider provider = open(machine.surroundings())) {
      Health health = provider.health();
      assertThat(health).isInstanceOf(Health.Unusable.class);
      assertSilent(((Health.Unusable) health).failure());
    }
  }

  @Test
  void closing_twice_is_harmless() {
    Provider provider = open(machine.surroundings());
    provider.close();
    assertThatCode(provider::close).doesNotThrowAnyException();
  }

  @Test
  void it_prints_no_credential() {
    try (Provider provider = open(machine.surroundings())) {
      provider.read(List.copyOf(present().keySet()));
      assertThat(provider.toString()).doesNotContain(credentials());
    }
  }

  /** All that is read now fails, with one of these codes. */
  protected final void assertFails(Integer... codes) {
    for (PaleException each : failures()) {
      assertThat(each.code()).as(everything(each)).isIn((Object[]) codes);
      assertSilent(each);
    }
  }

  /** Nothing that can be read now gives a value, and no text repeats what it should not. */
  protected final void assertQuiet() {
    failures().forEach(this::assertSilent);
    try (Provider provider = open(machine.surroundings())) {
      if (provider.health() instanceof Health.Unusable(PaleException failure)) {
        assertSilent(failure);
      }
    }
  }

  private List<PaleException> failures() {
    List<PaleException> all = new ArrayList<>();
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.copyOf(present().keySet()));
      assertSilent(outcomes);
      for (Outcome each : outcomes.values()) {
        switch (each) {
          case Outcome.Failed(PaleException failure) -> all.add(failure);
          case Outcome.Missing missing -> {}
          case Outcome.Found found -> throw new AssertionError("a value from a broken service");
        }
      }
    } catch (PaleException e) {
      all.add(e);
    }
    return all;
  }

  private void assertSilent(Map<Reference, Outcome> outcomes) {
    for (Outcome each : outcomes.values()) {
      assertThat(each.toString()).doesNotContain(SENTINEL).doesNotContain(credentials());
      switch (each) {
        case Outcome.Failed(PaleException failure) -> assertSilent(failure);
        case Outcome.Missing(String why) -> assertThat(why).doesNotContain(SENTINEL);
        case Outcome.Found found -> {}
      }
    }
  }

  /** An error holds neither the sentinel nor a credential, in no text and in no cause. */
  protected final void assertSilent(PaleException failure) {
    assertThat(everything(failure)).doesNotContain(SENTINEL).doesNotContain(credentials());
  }

  /** A value as text. */
  protected static String text(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Found.class);
    return new String(
        ((Outcome.Found) outcome).value().bytes(Reveal.COMPARE), StandardCharsets.UTF_8);
  }

  /** All texts of an error, its causes and what it suppressed. */
  public static String everything(Throwable failure) {
    StringBuilder all = new StringBuilder();
    everything(failure, all, new java.util.HashSet<>());
    return all.toString();
  }

  private static void everything(Throwable failure, StringBuilder all, Set<Throwable> seen) {
    if (failure == null || !seen.add(failure)) {
      return;
    }
    all.append(failure).append('\n').append(failure.getMessage()).append('\n');
    if (failure instanceof PaleException own) {
      all.append(own.what()).append('\n').append(own.why()).append('\n').append(own.mend());
      all.append('\n');
    }
    everything(failure.getCause(), all, seen);
    Arrays.stream(failure.getSuppressed()).forEach(each -> everything(each, all, seen));
  }
}
