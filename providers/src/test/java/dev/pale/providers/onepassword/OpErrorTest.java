package dev.pale.providers.onepassword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.providers.onepassword.OpError.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words as op 2 writes them, as far as its users quote them. */
class OpErrorTest {
  private static OpError of(String words) {
    return OpError.of(words.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "You are not currently signed in. Please run `op signin --help` | SIGNED_OUT",
        "account is not signed in | SIGNED_OUT",
        "authorization prompt dismissed, please try again | SIGNED_OUT",
        "session expired, sign in to create a new session | SIGNED_OUT",
        "connecting to desktop app: read: connection reset | SIGNED_OUT",
        "(401) Unauthorized: You aren't authorized | SIGNED_OUT",
        "(429) Too Many Requests: You've reached the maximum | LIMITED",
        "dial tcp: lookup my.1password.com: no such host | OFFLINE",
        "could not read secret 'op://a/b/c': \"b\" isn't an item in the \"a\" vault | MISSING",
        "could not get vault a: \"a\" isn't a vault in this account | MISSING",
        "could not find field or file c on item b in vault a | MISSING",
        "item 'a/b' does not have a field 'c' | MISSING",
        "something else | OTHER"
      })
  void its_words_tell_what_it_is_about(String words, Kind kind) {
    assertThat(of("[ERROR] 2026/11/20 12:00:00 " + words + "\n").kind()).isEqualTo(kind);
  }

  @Test
  void candidates_are_counted() {
    assertThat(of("More than one item matches \"x\".\n\t* for a\n\t* for b\n"))
        .isEqualTo(new OpError(Kind.AMBIGUOUS, 2));
  }

  @Test
  void only_what_would_fail_for_all_alike_ends_the_search_for_the_one_that_failed() {
    assertThat(new OpError(Kind.SIGNED_OUT, 0).concernsAll()).isTrue();
    assertThat(new OpError(Kind.MISSING, 0).concernsAll()).isFalse();
    assertThat(new OpError(Kind.OTHER, 0).concernsAll()).isFalse();
  }

  @Test
  void bytes_that_are_no_text_are_no_trouble() {
    assertThat(OpError.of(new byte[] {(byte) 0xff, 0, (byte) 0xc0}).kind()).isEqualTo(Kind.OTHER);
  }
}
