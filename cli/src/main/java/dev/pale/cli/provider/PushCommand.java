package dev.pale.cli.provider;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "push",
    header = "Write the values of an environment into an external store.",
    description = {
      "Shows for each name whether the store has the same value, a different one, none, or does not"
          + " tell, and never a value. Asks before it writes over what is different or unknown. Names"
          + " that only the store has are left alone.",
      "",
      "Limits: what is written is the store's to guard from then on. A call from below a known coding"
          + " agent is refused and recorded.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale push --to team:secret/my-app --dry-run -e prod",
      "  pale push --to github:owner/repo --names NPM_TOKEN,DEPLOY_KEY --yes"
    })
final class PushCommand extends PaleCommand {
  @Option(
      names = "--to",
      required = true,
      paramLabel = "NAME[:PLACE]",
      description = "The provider, and where in the store.")
  String to = "";

  @Option(
      names = "--names",
      paramLabel = "NAMES",
      description = "Only these secrets, separated by commas.")
  @Nullable String names;

  @Option(names = "--dry-run", description = "Compare, and write nothing.")
  boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  PushCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    int colon = to.indexOf(':');
    String name = colon < 0 ? to : to.substring(0, colon);
    String at = colon < 0 ? "" : to.substring(colon + 1);
    ProviderConfigs.requireName(name);
    Place place = session.place();
    session.refuseAgents("push", "of " + place + " to " + name);
    session.requireReason("push");
    Actor actor = session.actor("push --to " + name);
    try (Stores stores = Stores.of(session);
        Provider provider = stores.open(stores.find(name), actor)) {
      Writer writer =
          provider
              .writer()
              .orElseThrow(() ->
                  PaleException.of(
                      646,
                      "pale does not write into " + name,
                      "stores of this kind are only read",
                      ""));
      if (at.isEmpty() && !writer.placeExample().isEmpty()) {
        throw PaleException.usage(
            647,
            "--to does not say where in " + name,
            "",
            "--to " + name + ":" + writer.placeExample());
      }
      SortedMap<SecretName, SecretValue> values = values(place, actor);
      try {
        push(place, name, at, writer, values, actor);
      } finally {
        values.values().forEach(SecretValue::close);
      }
    }
  }

  private SortedMap<SecretName, SecretValue> values(Place place, Actor actor) {
    Set<SecretName> wanted = new TreeSet<>();
    for (String word : (names == null ? "" : names).split(",", -1)) {
      if (!word.isBlank()) {
        wanted.add(SecretName.of(word.strip()));
      }
    }
    if (wanted.isEmpty() && names != null) {
      // An empty variable of a script must not become all of them.
      throw PaleException.usage(
          130, "--names names no secret", "without --names all are written", "--names NPM_TOKEN");
    }
    try {
      return session
          .vault()
          .read(
              wanted.isEmpty()
                  ? ReadRequest.all(place, ReadRequest.Verb.EXPORT, actor)
                  : ReadRequest.only(place, wanted, ReadRequest.Verb.EXPORT, actor));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
  }

  private void push(
      Place place,
      String name,
      String at,
      Writer writer,
      SortedMap<SecretName, SecretValue> values,
      Actor actor) {
    Map<SecretName, Writer.Present> found = writer.compare(at, values);
    SortedMap<SecretName, SecretValue> changed = new TreeMap<>();
    Map<Writer.Present, Integer> counts = new EnumMap<>(Writer.Present.class);
    values.forEach((secret, value) -> {
      Writer.Present present = found.getOrDefault(secret, Writer.Present.UNKNOWN);
      counts.merge(present, 1, Integer::sum);
      if (present != Writer.Present.SAME) {
        changed.put(secret, value);
      }
    });
    if (!session.screen().json()) {
      table(values, found);
    }
    int over =
        counts.getOrDefault(Writer.Present.DIFFERENT, 0)
            + counts.getOrDefault(Writer.Present.UNKNOWN, 0);
    if (dryRun || changed.isEmpty()) {
      tell(place, values, found, false);
      session
          .screen()
          .remark(
              dryRun ? "nothing was written: dry run" : "nothing to write: everything is the same");
      return;
    }
    if (over > 0
        && !yes
        && !session
            .prompt()
            .confirm(
                "write over "
                    + Screen.count(over, "value")
                    + " in "
                    + name
                    + (at.isEmpty() ? "" : ":" + at)
                    + "?",
                "add --yes, after --dry-run")) {
      throw PaleException.of(147, "nothing was written", "the answer was not yes", "");
    }
    String detail = "to " + to + ": " + changed.keySet();
    // Before the values leave: what cannot be recorded does not happen.
    session.vault().record("push", true, detail, actor);
    try {
      writer.write(at, changed);
    } catch (PaleException e) {
      session.vault().record("push", false, "failed, " + e.codeText() + ", " + detail, actor);
      throw e;
    }
    tell(place, values, found, true);
    session
        .screen()
        .remark(Screen.count(changed.size(), "secret") + " of " + place + " written to " + to);
  }

  private void table(
      SortedMap<SecretName, SecretValue> values, Map<SecretName, Writer.Present> found) {
    List<List<String>> rows = new ArrayList<>();
    for (SecretName secret : values.keySet()) {
      rows.add(List.of(secret.text(), word(found, secret)));
    }
    session.screen().table(List.of("NAME", "IN THE STORE"), rows, "there is nothing to write");
  }

  private static String word(Map<SecretName, Writer.Present> found, SecretName secret) {
    return found.getOrDefault(secret, Writer.Present.UNKNOWN).name().toLowerCase(Locale.ROOT);
  }

  private void tell(
      Place place,
      SortedMap<SecretName, SecretValue> values,
      Map<SecretName, Writer.Present> found,
      boolean written) {
    if (!session.screen().json()) {
      return;
    }
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("place", place.toString())
            .member("to", to)
            .member("written", written);
    json.name("secrets").beginArray();
    for (SecretName secret : values.keySet()) {
      json.beginObject()
          .member("name", secret.text())
          .member("before", word(found, secret))
          .endObject();
    }
    session.screen().document(json.endArray().endObject());
  }
}
