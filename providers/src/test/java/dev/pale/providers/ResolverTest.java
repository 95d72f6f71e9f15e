package dev.pale.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ResolverTest {
  private final List<SecretValue> given = new CopyOnWriteArrayList<>();
  private final List<String> opened = new CopyOnWriteArrayList<>();
  private final List<List<Reference>> asked = new CopyOnWriteArrayList<>();

  /** A store of whatever is asked for, but what is called {@code absent}. */
  private final class Store implements Provider {
    private final Runnable before;
    private int closed;

    Store(Runnable before) {
      this.before = before;
    }

    @Override
    public Map<Reference, Outcome> read(List<Reference> references) {
      asked.add(List.copyOf(references));
      Map<Reference, Outcome> all = new LinkedHashMap<>();
      for (Reference each : references) {
        SecretValue value =
            SecretValue.owning("v", ("of " + each.path()).getBytes(StandardCharsets.UTF_8));
        given.add(value);
        all.put(
            each,
            each.path().equals("absent")
                ? new Outcome.Missing("no such thing")
                : new Outcome.Found(value));
      }
      before.run();
      return all;
    }

    @Override
    public Health health() {
      return new Health.Usable("", "");
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private Resolver resolver(Function<String, Provider> stores) {
    return new Resolver(
        scheme -> {
          opened.add(scheme);
          return stores.apply(scheme);
        },
        Duration.ofMillis(800));
  }

  private static List<Reference> references(String... texts) {
    List<Reference> all = new ArrayList<>();
    for (String each : texts) {
      all.add(Reference.parse(each));
    }
    return all;
  }

  private static String text(SecretValue value) {
    return new String(value.bytes(Reveal.COMPARE), StandardCharsets.UTF_8);
  }

  @Test
  void each_store_is_asked_once_and_duplicates_are_asked_once() {
    try (Resolver resolver = resolver(scheme -> new Store(() -> {}))) {
      SortedMap<Reference, SecretValue> values =
          resolver.resolve(references("b://1", "a://1", "b://2", "a://1"));
      assertThat(values.keySet())
          .extracting(Reference::text)
          .containsExactly("a://1", "b://1", "b://2");
      assertThat(text(values.get(Reference.parse("b://2")))).isEqualTo("of 2");
      assertThat(asked).hasSize(2);
      resolver.resolve(references("a://2"));
      assertThat(opened).containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void stores_are_asked_at_the_same_time() {
    CountDownLatch both = new CountDownLatch(2);
    Runnable meet =
        () -> {
          both.countDown();
          try {
            assertThat(both.await(5, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (Resolver resolver = resolver(scheme -> new Store(meet))) {
      assertThat(resolver.resolve(references("a://1", "b://1"))).hasSize(2);
    }
  }

  @Test
  void all_failures_are_in_one_error_and_every_value_is_wiped() {
    Resolver resolver =
        resolver(scheme -> {
          if (scheme.equals("nope")) {
            throw PaleException.of(600, "no provider nope", "", "pale provider add nope");
          }
          return new Store(() -> {
            if (scheme.equals("odd")) {
              throw new IllegalStateException("text with a s3cret");
            }
          });
        });
    try (resolver) {
      PaleException failure =
          catchThrowableOfType(
              PaleException.class,
              () ->
                  resolver.resolve(
                      references("a://1", "a://absent", "nope://1", "nope://2", "odd://1")));
      assertThat(failure.code()).isEqualTo(610);
      assertThat(failure.what()).isEqualTo("4 of 5 references could not be read");
      assertThat(failure.why())
          .isEqualTo(
              """
              a://absent: it is not there: no such thing [PALE-615]
              nope://1: no provider nope [PALE-600]
              nope://2: no provider nope [PALE-600]
              odd://1: an error inside Pale: store odd: IllegalStateException [PALE-900]\
              """);
      assertThat(failure.mend()).contains("pale provider add nope");
      assertThatThrownBy(() -> given.getFirst().length()).hasMessageContaining("wiped");
    }
  }

  @Test
  void a_store_that_hangs_costs_the_deadline_and_late_values_are_wiped() {
    CountDownLatch late = new CountDownLatch(1);
    Store slow =
        new Store(() -> {
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            late.countDown();
          }
        });
    try (Resolver resolver =
        resolver(scheme -> scheme.equals("slow") ? slow : new Store(() -> {}))) {
      assertThatThrownBy(() -> resolver.resolve(references("a://1", "slow://1")))
          .isInstanceOfSatisfying(
              PaleException.class,
              failure -> assertThat(failure.why()).contains("slow://1").contains("PALE-603"));
      assertThat(late.await(5, TimeUnit.SECONDS)).isTrue();
      org.awaitility.Awaitility.await()
          .untilAsserted(() ->
              assertThat(given)
                  .allSatisfy(
                      value -> assertThatThrownBy(value::length).hasMessageContaining("wiped")));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void closing_closes_the_stores_once() {
    Store store = new Store(() -> {});
    Resolver resolver = resolver(scheme -> store);
    resolver.resolve(references("a://1"));
    resolver.close();
    resolver.close();
    assertThat(store.closed).isEqualTo(1);
  }
}
