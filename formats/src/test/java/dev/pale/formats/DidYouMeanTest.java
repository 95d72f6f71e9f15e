package dev.pale.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DidYouMeanTest {
  @Test
  void findsTheNameThatWasMeant() {
    List<String> names = List.of("STRIPE_API_KEY", "DATABASE_URL", "PORT");
    assertThat(DidYouMean.nearest("STRIPE_SECRET_KEY", names)).isEmpty();
    assertThat(DidYouMean.nearest("STRIPE_API_KYE", names)).contains("STRIPE_API_KEY");
    assertThat(DidYouMean.nearest("database_url", names)).contains("DATABASE_URL");
    assertThat(DidYouMean.nearest("PROT", names)).contains("PORT");
    assertThat(DidYouMean.nearest("X", names)).isEmpty();
    assertThat(DidYouMean.nearest("", names)).isEmpty();
  }

  @Test
  void countsInsertionsRemovalsChangesAndSwaps() {
    assertThat(DidYouMean.distance("abc", "abc")).isZero();
    assertThat(DidYouMean.distance("abc", "acb")).isEqualTo(1);
    assertThat(DidYouMean.distance("abc", "ab")).isEqualTo(1);
    assertThat(DidYouMean.distance("abc", "axbc")).isEqualTo(1);
    assertThat(DidYouMean.distance("", "abc")).isEqualTo(3);
    assertThat(DidYouMean.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void aNameThatIsTooLongToBeATypingMistakeCostsNothing() {
    assertThat(DidYouMean.nearest("a".repeat(1_000_000), List.of("b".repeat(1_000_000)))).isEmpty();
  }
}
