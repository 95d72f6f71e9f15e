package dev.pale.cli.provider;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    header = "Ask stores whether they can be used, and as whom.",
    description = {
      "Signs in with the credentials and reads no value. Without NAME all providers are asked."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale provider test", "  pale provider test team"})
final class ProviderTestCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", arity = "0..*", description = "The providers; default: all.")
  List<String> names = new ArrayList<>();

  ProviderTestCommand(Session session) {
    super(session);
  }

  /** What one provider answered; a failure has a code. */
  private record Answer(String name, boolean usable, String text, String code, String mend) {}

  @Override
  protected void perform() {
    List<Answer> answers = new ArrayList<>();
    try (Stores stores = Stores.of(session)) {
      List<String> wanted = new ArrayList<>(names);
      if (wanted.isEmpty()) {
        stores.configured().forEach(each -> wanted.add(each.name()));
      }
      for (String name : wanted) {
        answers.add(ask(stores, name));
      }
    }
    tell(answers);
    long bad = answers.stream().filter(answer -> !answer.usable).count();
    if (bad > 0) {
      throw PaleException.of(
          648,
          bad == 1 ? "1 provider cannot be used" : bad + " providers cannot be used",
          "",
          answers.stream().filter(a -> !a.mend.isEmpty()).map(Answer::mend).findFirst().orElse(""));
    }
  }

  private Answer ask(Stores stores, String name) {
    Health health;
    try (Provider provider =
        stores.open(stores.find(name), session.actor("provider test " + name))) {
      health = provider.health();
    } catch (PaleException e) {
      health = new Health.Unusable(e);
    }
    return switch (health) {
      case Health.Usable(String identity, String detail) ->
          new Answer(
              name,
              true,
              "usable"
                  + (identity.isEmpty() ? "" : " as " + identity)
                  + (detail.isEmpty() ? "" : ", " + detail),
              "",
              "");
      case Health.Unusable(PaleException failure) ->
          new Answer(
              name,
              false,
              failure.what() + (failure.why().isEmpty() ? "" : ": " + failure.why()),
              failure.codeText(),
              failure.mend());
    };
  }

  private void tell(List<Answer> answers) {
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("providers").beginArray();
      for (Answer each : answers) {
        json.beginObject()
            .member("name", each.name)
            .member("usable", each.usable)
            .member("detail", each.text)
            .member("code", each.code)
            .endObject();
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Answer each : answers) {
      rows.add(List.of(each.name, each.usable ? "ok" : each.code, each.text));
    }
    session.screen().table(List.of("NAME", "STATE", "DETAIL"), rows, "no provider is set up");
  }
}
