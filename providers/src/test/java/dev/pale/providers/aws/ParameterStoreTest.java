package dev.pale.providers.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAws;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.Surroundings;
import dev.pale.providers.spi.Writer.Present;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Parameter Store against a server that checks every signature. */
class ParameterStoreTest extends ProviderContract {
  private final FakeAws aws = new FakeAws(FakeMachine.CLOCK);

  @Override
  protected Handler honest() {
    aws.parameters.put("/prod/db", "one");
    aws.parameters.label("/prod/db", "live");
    aws.parameters.put("/prod/db", "two");
    aws.parameters.put("/prod/db", "three");
    aws.parameters.put("plain", "{\"a\":\"b\"}");
    return aws;
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return new ParameterStore().open(AwsSetup.keyed("aws-ssm", server.address()), surroundings);
  }

  @Override
  protected Map<Reference, String> present() {
    Map<Reference, String> all = new LinkedHashMap<>();
    all.put(Reference.parse("aws-ssm:///prod/db"), "three");
    all.put(Reference.parse("aws-ssm:///prod/db?version=2"), "two");
    all.put(Reference.parse("aws-ssm:///prod/db?label=live"), "one");
    all.put(Reference.parse("aws-ssm://plain#a"), "b");
    all.put(
        Reference.parse("aws-ssm://arn:aws:ssm:eu-central-1:123456789012:parameter/prod/db"),
        "three");
    return all;
  }

  @Override
  protected Reference absent() {
    return Reference.parse("aws-ssm:///prod/nothing");
  }

  @Override
  protected List<String> credentials() {
    return List.of(FakeAws.SECRET);
  }

  @Test
  void many_are_read_ten_at_a_time() {
    List<Reference> asked = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      aws.parameters.put("/many/" + i, "value " + i);
      asked.add(Reference.parse("aws-ssm:///many/" + i));
    }
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(asked);
      for (int i = 0; i < 25; i++) {
        assertThat(text(outcomes.get(asked.get(i)))).isEqualTo("value " + i);
      }
    }
    assertThat(aws.operations()).containsOnly("GetParameters").hasSize(3);
  }

  @Test
  void one_that_may_not_be_read_does_not_spoil_the_others() {
    aws.parameters.put("/prod/closed", "x");
    aws.parameters.forbid("/prod/closed");
    Reference closed = Reference.parse("aws-ssm:///prod/closed");
    Reference db = Reference.parse("aws-ssm:///prod/db");
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.of(closed, db));
      assertThat(text(outcomes.get(db))).isEqualTo("three");
      assertThat(((Outcome.Failed) outcomes.get(closed)).failure().code()).isEqualTo(611);
    }
  }

  @Test
  void a_version_and_a_label_that_are_not_there_are_missing() {
    Reference version = Reference.parse("aws-ssm:///prod/db?version=9");
    Reference label = Reference.parse("aws-ssm:///prod/db?label=gone");
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.read(List.of(version, label)).values())
          .allMatch(Outcome.Missing.class::isInstance);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws-ssm:///prod/db?version=1&label=x",
        "aws-ssm:///prod/db?version=x",
        "aws-ssm:///prod/db:3",
        "aws-ssm:///prod/db?v=1",
        "aws-ssm://arn:aws:ssm:evil:123456789012:parameter/x",
        "aws-ssm://arn:aws:ssm:eu-central-1:123456789012:document/x",
      })
  void a_reference_of_another_form_is_refused_and_nobody_is_asked(String text) {
    Reference odd = Reference.parse(text);
    try (Provider provider = open(machine.surroundings())) {
      assertThat(((Outcome.Failed) provider.read(List.of(odd)).get(odd)).failure().code())
          .isEqualTo(613);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void the_list_holds_names_and_comes_to_an_end() {
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("/prod").orElseThrow())
          .containsExactly(Reference.parse("aws-ssm:///prod/db"));
      aws.parameters.endless();
      assertThatThrownBy(() -> provider.list(""))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(604));
    }
    assertThat(aws.operations()).containsOnly("DescribeParameters").hasSizeLessThan(110);
  }

  @Test
  void values_are_compared_and_written_as_secure_strings() {
    aws.parameters.put("/app/SAME", "same");
    aws.parameters.put("/app/OTHER", "other");
    var values = AwsSetup.values("SAME", "same", "OTHER", "new", "FRESH", "x".repeat(5000));
    try (Provider provider = open(machine.surroundings())) {
      var writer = provider.writer().orElseThrow();
      assertThat(writer.compare("/app", values))
          .containsEntry(SecretName.of("SAME"), Present.SAME)
          .containsEntry(SecretName.of("OTHER"), Present.DIFFERENT)
          .containsEntry(SecretName.of("FRESH"), Present.ABSENT);
      writer.write("/app", values);
      assertThat(writer.compare("/app/", values).values()).containsOnly(Present.SAME);
      values.put(SecretName.of("BYTES"), SecretValue.owning("BYTES", new byte[] {(byte) 0xff}));
      aws.operations().clear();
      assertThatThrownBy(() -> writer.write("/app", values)).isInstanceOf(PaleException.class);
      assertThatThrownBy(() -> writer.write("app", values)).isInstanceOf(PaleException.class);
    }
    assertThat(aws.operations()).isEmpty();
    assertThat(aws.parameters.value("/app/OTHER")).isEqualTo("new");
  }
}
