package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AlarmsTest {
  private static final int EACH = 200;

  private final List<Alarm> told = new CopyOnWriteArrayList<>();

  private static void raise(Alarms alarms, String client, String code, int times) {
    for (int i = 0; i < times; i++) {
      // An agent can make as many texts as it likes.
      alarms.raise(new Alarm(client, code, code + " in field " + i));
    }
  }

  private List<String> texts(String client, String code) {
    return told.stream()
        .filter(alarm -> alarm.client().equals(client) && alarm.code().equals(code))
        .map(Alarm::text)
        .toList();
  }

  @Test
  void after_two_hundred_of_a_code_the_rest_is_counted() {
    try (Alarms alarms = new Alarms(told::add)) {
      raise(alarms, "a", "placeholder-twice", EACH + 50);
    }
    assertThat(texts("a", "placeholder-twice"))
        .hasSize(EACH + 1)
        .endsWith("50 more, the first: placeholder-twice in field 0")
        .doesNotContain("placeholder-twice in field 200");
  }

  @Test
  void two_hundred_are_told_one_by_one_and_no_count_of_none() {
    try (Alarms alarms = new Alarms(told::add)) {
      raise(alarms, "a", "placeholder-twice", EACH);
    }
    assertThat(told).hasSize(EACH);
  }

  @Test
  void other_codes_and_other_clients_are_told_all_the_same() {
    try (Alarms alarms = new Alarms(told::add)) {
      raise(alarms, "a", "placeholder-twice", EACH * 20);
      raise(alarms, "a", "secret-leaving", 3);
      raise(alarms, "b", "placeholder-twice", 2);
    }
    assertThat(texts("a", "secret-leaving")).hasSize(3);
    assertThat(texts("b", "placeholder-twice")).hasSize(2);
    assertThat(texts("", "alarms-dropped")).isEmpty();
  }

  @Test
  void what_a_slow_sink_has_no_room_for_is_counted() {
    CountDownLatch slow = new CountDownLatch(1);
    Alarms alarms =
        new Alarms(alarm -> {
          await(slow);
          told.add(alarm);
        });
    raise(alarms, "a", "placeholder-twice", EACH);
    raise(alarms, "b", "placeholder-twice", EACH);
    slow.countDown();
    alarms.close();
    int one = texts("a", "placeholder-twice").size() + texts("b", "placeholder-twice").size();
    assertThat(one).isLessThan(2 * EACH);
    assertThat(told.getLast().text()).isEqualTo(2 * EACH - one + " further alarms");
  }

  @Test
  void a_sink_that_throws_is_counted_and_asked_again() {
    Alarms alarms =
        new Alarms(alarm -> {
          if (told.isEmpty()) {
            told.add(alarm);
            throw new IllegalStateException("the vault is locked");
          }
          told.add(alarm);
        });
    raise(alarms, "a", "secret-leaving", 2);
    alarms.close();
    assertThat(told).hasSize(2);
    assertThat(alarms.failed()).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
