package dev.pale.crypto.age;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.CryptoException;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryCodeTest {
  private static final String KEY =
      "AGE-SECRET-KEY-1WUMUECSUQXYUW7C4UV9EUJL5SU25WM7PJLYA2YJUWHTVYXESLP2QYV23MP";
  private static final String DATA = KEY.substring(16);
  private static final String RECIPIENT =
      "age1ynpveyve5rgwg3hexanxwqa8p0ctacmzj98zlzgdwt205wxn990s83sjyp";

  @Test
  void aCodeOpensWhatWasSealedForIt() {
    try (RecoveryCode code = RecoveryCode.generate()) {
      byte[] sealed = Age.encrypt(new byte[] {1, 2}, List.of(code.recipient()));
      for (byte[] shown : List.of(code.text(), code.groups())) {
        try (RecoveryCode typed = RecoveryCode.parse(shown)) {
          assertThat(Age.decrypt(sealed, List.of(typed.identity()))).containsExactly(1, 2);
        }
      }
      assertThat(code.toString()).doesNotContain("SECRET");
    }
  }

  @Test
  void groupsAreEasyToReadAndHoldTheWholeCode() {
    String groups = new String(RecoveryCode.parse(KEY.getBytes(US_ASCII)).groups(), US_ASCII);
    assertThat(groups).startsWith("AGE-SECRET-KEY-1 WUMUEC SUQXYU ").endsWith(" 23MP");
    assertThat(groups.replace(" ", "")).isEqualTo(KEY);
  }

  @Test
  void aCodeIsReadAsAPersonTypesIt() {
    for (String typed :
        List.of(
            KEY,
            KEY.toLowerCase(Locale.ROOT),
            "  " + KEY + "\r\n",
            DATA,
            DATA.toLowerCase(Locale.ROOT),
            "age secret key 1 " + DATA,
            KEY.replaceAll("(.{4})", "$1-"),
            KEY.replaceAll("(.{5})", "$1 \n"),
            "AGE-SECRET-KEY-1" + DATA.replace('L', '1').replace('0', 'O').replace('8', 'B'),
            "AGE-SECRET-KEY-1" + DATA.replace('L', 'i'))) {
      assertThat(RecoveryCode.parse(typed.getBytes(US_ASCII)).recipient().text())
          .as(typed)
          .isEqualTo(RECIPIENT);
    }
  }

  @Property(tries = 200)
  void oneWrongCharacterIsNoticedAndItsGroupIsNamed(
      @ForAll @IntRange(max = 57) int at, @ForAll @IntRange(max = 30) int shift) {
    int right = Bech32.ALPHABET.indexOf(Character.toLowerCase(DATA.charAt(at)));
    char wrong = Bech32.ALPHABET.charAt((right + 1 + shift) % 32);
    String typed = DATA.substring(0, at) + wrong + DATA.substring(at + 1);
    assertTypo(typed, "look at group " + (at / 6 + 1));
  }

  @Test
  void twoExchangedCharactersAreNoticed() {
    for (int at = 0; at < DATA.length() - 1; at++) {
      char first = DATA.charAt(at);
      char second = DATA.charAt(at + 1);
      if (first != second) {
        assertTypo(DATA.substring(0, at) + second + first + DATA.substring(at + 2), "checksum");
      }
    }
  }

  @Test
  void aMissingOrAdditionalCharacterIsCounted() {
    assertTypo(KEY.substring(0, KEY.length() - 1), "57 characters where 58");
    assertTypo(KEY + "Q", "59 characters where 58");
    assertTypo("", "0 characters where 58");
  }

  @ParameterizedTest
  @ValueSource(strings = {"WUMUECSUQXYUW7C4UV9EUJL5SU25WM7PJLYA2YJUWHTVYXESLP2QYV23M!", "é"})
  void aCharacterThatNeverOccursIsNoticed(String typed) {
    assertTypo(typed, "never occurs");
  }

  @Test
  void noMessageTellsTheCode() {
    assertThatThrownBy(() -> RecoveryCode.parse((DATA.substring(1) + "Z").getBytes(US_ASCII)))
        .message()
        .doesNotContain(DATA.substring(1, 7));
  }

  private static void assertTypo(String typed, String hint) {
    assertThatThrownBy(() -> RecoveryCode.parse(typed.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            CryptoException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(CryptoException.Kind.TYPO);
              assertThat(e.getMessage()).contains(hint);
            });
  }
}
