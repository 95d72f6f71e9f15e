package dev.pale.providers.onepassword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpReferenceTest {
  @Test
  void its_parts_are_vault_item_section_field_and_attribute() {
    assertThat(
            OpReference.parse(
                Reference.parse("op://Team/My Item/one.two/pass-word_1?attribute=otp")))
        .isEqualTo(new OpReference("Team", "My Item", "one.two", "pass-word_1", "otp", ""));
    assertThat(OpReference.parse(Reference.parse("op://Team/Key/private key?ssh-format=openssh")))
        .isEqualTo(new OpReference("Team", "Key", "", "private key", "value", "openssh"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "op://v/i/f",
        "op://v/i/s/f",
        "op://v/i/f?attribute=otp",
        "op://v/i/f?ssh-format=openssh",
        "op://v/i/f?attribute=type&ssh-format=openssh"
      })
  void it_is_written_as_1passwords_own_program_takes_it(String text) {
    assertThat(OpReference.parse(Reference.parse(text)).text()).isEqualTo(text);
    assertThat(OpReference.parse(Reference.parse(text.replace("op:", "work:"))).text())
        .isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "op://v",
        "op://v/i",
        "op://v/i/s/f/x",
        "op://v//f",
        "op:///i/f",
        "op://v/i/ ",
        "op://v/i/f#x",
        "op://v/i/f?",
        "op://v/i/f?attribute",
        "op://v/i/f?attribute=",
        "op://v/i/f?attribute=OTP ",
        "op://v/i/f?attribute=otp&attribute=type",
        "op://v/i/f?other=1",
        "op://v/i/f?ssh-format=pem",
        "op://v/\" or title sw \"/f",
        "op://v/i }}{{ op:/f",
        "op://v/$HOME/f",
        "op://v/größe/f",
        "op://v/a%2Fb/f",
        "op://v/a\\/f"
      })
  void what_1password_would_not_take_is_refused(String text) {
    if (text.endsWith("?")) {
      // A query without anything in it is no query.
      assertThat(OpReference.parse(Reference.parse(text)).attribute()).isEqualTo("value");
      return;
    }
    assertThatThrownBy(() -> OpReference.parse(Reference.parse(text)))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(613));
  }

  @Test
  void a_title_cannot_end_the_filter_that_it_stands_in() {
    assertThat(Connect.quoted("a\" or title sw \"")).isEqualTo("\"a\\\" or title sw \\\"\"");
    assertThat(Connect.quoted("a\\\" or")).isEqualTo("\"a\\\\\\\" or\"");
  }
}
