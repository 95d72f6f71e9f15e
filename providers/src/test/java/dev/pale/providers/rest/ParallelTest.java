package dev.pale.providers.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.spi.Outcome;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private static Reference ref(int number) {
    return Reference.parse("x://" + number);
  }

  @Test
  void all_jobs_are_done_and_never_more_than_eight_at_once() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Integer> groups = IntStream.range(0, 40).boxed().toList();
    Map<Reference, Outcome> result =
        Parallel.read(
            groups,
            group -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              nap();
              now.decrementAndGet();
              return Map.of(ref(group), new Outcome.Missing("none"));
            });
    assertThat(result).hasSize(40);
    assertThat(most.get()).isBetween(2, 8);
  }

  @Test
  void when_one_fails_what_the_others_found_is_wiped() {
    List<SecretValue> values = new ArrayList<>();
    values.add(SecretValue.owning("a", new byte[] {1}));
    values.add(SecretValue.owning("b", new byte[] {2}));
    assertThatThrownBy(() ->
            Parallel.read(
                List.of(0, 1, 2),
                group -> {
                  if (group == 1) {
                    throw PaleException.of(602, "gone", "", "");
                  }
                  return Map.of(ref(group), new Outcome.Found(values.get(group / 2)));
                }))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(602));
    for (SecretValue value : values) {
      assertThatThrownBy(() -> value.bytes(Reveal.COMPARE))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static void nap() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
