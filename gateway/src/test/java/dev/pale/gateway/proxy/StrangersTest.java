package dev.pale.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrangersTest {
  private static final int A_MINUTE = 60;

  private final AtomicLong clock = new AtomicLong(TimeUnit.MINUTES.toNanos(7));
  private final Strangers strangers = new Strangers(clock::get);

  private int allowed(int times) {
    int allowed = 0;
    for (int i = 0; i < times; i++) {
      allowed += strangers.allows() ? 1 : 0;
    }
    return allowed;
  }

  @Test
  void sixty_rows_a_minute_and_no_more() {
    assertThat(allowed(A_MINUTE)).isEqualTo(A_MINUTE);
    assertThat(allowed(10_000)).isZero();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(59));
    assertThat(strangers.allows()).isFalse();
  }

  @Test
  void another_minute_begins_anew() {
    allowed(1000);
    clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
    assertThat(allowed(1000)).isEqualTo(A_MINUTE);
  }

  @Test
  void a_quiet_hour_saves_nothing_up() {
    allowed(1);
    clock.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(allowed(1000)).isEqualTo(A_MINUTE);
  }
}
