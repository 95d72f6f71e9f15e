package dev.pale.cli.secret;

import dev.pale.cli.inrepo.InRepo;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.SecretDeclaration;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.vault.LocalVault;
import dev.pale.vault.SecretInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    header = "List the secrets of an environment, without values.",
    description = {
      "Shows name, version, time and author of each secret, how pale.toml delivers it, and what"
          + " pale.toml requires that the vault does not have.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale list", "  pale list -e prod --deleted --json"})
final class ListCommand extends PaleCommand {
  @Option(names = "--deleted", description = "Show deleted secrets that can be restored, too.")
  boolean deleted;

  ListCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place();
    List<SecretInfo> infos;
    try {
      infos = session.vault().list(place, session.actor("list"));
    } catch (PaleException e) {
      infos = List.of();
      if (InRepo.entries(session, place).isEmpty()
          || (LocalVault.exists(session.context().folders()) && !InRepo.isAbsent(e))) {
        throw session.withPlaceSuggestion(e, place);
      }
    }
    Set<String> inRepo = inRepo(place, infos);
    Map<String, SecretDeclaration> declared = new HashMap<>();
    if (session.projectFile().project().filter(place.project()::equals).isPresent()) {
      for (SecretDeclaration declaration : session.projectFile().secrets()) {
        declared.put(declaration.name().text(), declaration);
      }
    }
    List<SecretInfo> shown = new ArrayList<>();
    for (SecretInfo info : infos) {
      if (info.deleted().isEmpty()) {
        shown.add(info);
      } else if (deleted) {
        shown.add(info);
      }
    }
    List<String> missing = missing(infos, declared);
    missing.removeAll(inRepo);
    if (session.screen().json()) {
      json(place, shown, missing, declared, inRepo);
      return;
    }
    table(place, shown, declared, inRepo);
    for (String name : missing) {
      session.screen().remark("pale.toml requires " + name + ", which is not in " + place);
    }
  }

  /** What only pale.toml holds: the vault's value of the same name wins. */
  private Set<String> inRepo(Place place, List<SecretInfo> infos) {
    Set<String> names = new TreeSet<>();
    InRepo.entries(session, place).keySet().forEach(name -> names.add(name.text()));
    for (SecretInfo info : infos) {
      if (info.deleted().isEmpty()) {
        names.remove(info.name().text());
      }
    }
    return names;
  }

  private static List<String> missing(
      List<SecretInfo> infos, Map<String, SecretDeclaration> declared) {
    List<String> missing = new ArrayList<>();
    for (SecretDeclaration declaration : declared.values()) {
      boolean here = declaration.optional() || !declaration.from().isEmpty();
      for (SecretInfo info : infos) {
        here |= info.deleted().isEmpty() && info.name().equals(declaration.name());
      }
      if (!here) {
        missing.add(declaration.name().text());
      }
    }
    missing.sort(null);
    return missing;
  }

  private void table(
      Place place,
      List<SecretInfo> shown,
      Map<String, SecretDeclaration> declared,
      Set<String> inRepo) {
    List<List<String>> rows = new ArrayList<>();
    for (SecretInfo info : shown) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  info.name().text(),
                  Integer.toString(info.version()),
                  Screen.time(info.changed()),
                  info.changedBy(),
                  delivery(info.name().text(), declared)));
      if (deleted) {
        row.add(info.deleted().map(Screen::time).orElse(""));
      }
      rows.add(row);
    }
    for (String name : inRepo) {
      List<String> row =
          new ArrayList<>(List.of(name, "", "", "pale.toml", delivery(name, declared)));
      if (deleted) {
        row.add("");
      }
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("NAME", "VERSION", "CHANGED", "BY", "DELIVERY"));
    if (deleted) {
      header.add("DELETED");
    }
    session.screen().table(header, rows, place + " holds no secrets; add one with pale set NAME");
  }

  private static String delivery(String name, Map<String, SecretDeclaration> declared) {
    return Optional.ofNullable(declared.get(name))
        .map(d -> d.deliver().name().toLowerCase(Locale.ROOT))
        .orElse("env");
  }

  private void json(
      Place place,
      List<SecretInfo> shown,
      List<String> missing,
      Map<String, SecretDeclaration> declared,
      Set<String> inRepo) {
    JsonWriter json = new JsonWriter().beginObject().member("place", place.toString());
    json.name("secrets").beginArray();
    for (SecretInfo info : shown) {
      json.beginObject()
          .member("name", info.name().text())
          .member("version", (long) info.version())
          .member("changed", info.changed())
          .member("changedBy", info.changedBy())
          .member("delivery", delivery(info.name().text(), declared));
      if (info.deleted().isPresent()) {
        json.member("deleted", info.deleted().get());
      }
      json.endObject();
    }
    json.endArray().name("inRepo").beginArray();
    inRepo.forEach(json::value);
    json.endArray().name("missing").beginArray();
    missing.forEach(json::value);
    session.screen().document(json.endArray().endObject());
  }
}
