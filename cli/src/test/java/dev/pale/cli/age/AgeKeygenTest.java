package dev.pale.cli.age;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

class AgeKeygenTest {
  @Test
  void the_time_of_a_new_identity_has_seconds_also_when_they_are_zero() {
    assertThat(AgeKeygenCommand.stamp(OffsetDateTime.parse("2026-11-21T13:41:00.5Z")))
        .isEqualTo("2026-11-21T13:41:00Z");
  }
}
