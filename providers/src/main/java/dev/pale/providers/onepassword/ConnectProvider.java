package dev.pale.providers.onepassword;

import dev.pale.providers.http.Pages;
import dev.pale.providers.onepassword.Connect.Named;
import dev.pale.providers.rest.Parallel;
import dev.pale.providers.rest.Refusals;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** 1Password through a Connect server. Thread-safe. */
final class ConnectProvider implements Provider {
  private static final int MOST_ITEMS_LISTED = 500;

  private final String scheme;
  private final Connect connect;

  ConnectProvider(String scheme, Connect connect) {
    this.scheme = scheme;
    this.connect = connect;
  }

  /** Where an item is looked for, in lower case. */
  private record Place(String vault, String item) {}

  /** The list of vaults once, then each item once, several at a time. */
  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    Map<Place, Map<Reference, OpReference>> places = new LinkedHashMap<>();
    for (Reference reference : references) {
      try {
        OpReference wanted = OpReference.parse(reference);
        Place place = new Place(lower(wanted.vault()), lower(wanted.item()));
        places.computeIfAbsent(place, key -> new LinkedHashMap<>()).put(reference, wanted);
      } catch (PaleException e) {
        result.put(reference, new Outcome.Failed(e));
      }
    }
    if (!places.isEmpty()) {
      List<Named> vaults = connect.vaults();
      result.putAll(Parallel.read(places.values(), wanted -> read(wanted, vaults)));
    }
    return result;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** References into one item. */
  private Map<Reference, Outcome> read(Map<Reference, OpReference> wanted, List<Named> vaults) {
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    OpReference first = wanted.values().iterator().next();
    try {
      Optional<Named> vault = one(vaults, first.vault(), first, "vaults");
      if (vault.isEmpty()) {
        return all(wanted, new Outcome.Missing("no vault '" + first.vault() + "' for this token"));
      }
      Optional<Item> item = item(vault.get(), first);
      if (item.isEmpty()) {
        return all(
            wanted,
            new Outcome.Missing(
                "vault '" + first.vault() + "' has no item '" + first.item() + "'"));
      }
      wanted.forEach((reference, each) ->
          result.put(reference, outcome(vault.get(), item.get(), reference, each)));
      return result;
    } catch (PaleException e) {
      if (Refusals.concernsAll(e)) {
        throw e;
      }
      return all(wanted, new Outcome.Failed(e));
    }
  }

  private static Map<Reference, Outcome> all(Map<Reference, OpReference> wanted, Outcome outcome) {
    Map<Reference, Outcome> result = new LinkedHashMap<>();
    wanted.keySet().forEach(reference -> result.put(reference, outcome));
    return result;
  }

  private Optional<Item> item(Named vault, OpReference wanted) {
    if (wanted.item().matches("[a-z0-9]{26}")) {
      Optional<Item> byId = connect.item(vault.id(), wanted.item());
      if (byId.isPresent()) {
        return byId;
      }
    }
    Optional<Named> found =
        one(connect.items(vault.id(), wanted.item()), wanted.item(), wanted, "items");
    if (found.isEmpty()) {
      // The filter compares letter by letter; references are in any letter case.
      found = one(connect.items(vault.id(), ""), wanted.item(), wanted, "items");
    }
    return found.flatMap(named -> connect.item(vault.id(), named.id()));
  }

  /** By id, else by name; error 628 when several have the name. */
  private static Optional<Named> one(
      List<Named> all, String wanted, OpReference reference, String what) {
    List<Named> matching = new ArrayList<>();
    for (Named each : all) {
      if (each.id().equals(wanted)) {
        return Optional.of(each);
      }
      if (each.name().equalsIgnoreCase(wanted)) {
        matching.add(each);
      }
    }
    if (matching.size() > 1) {
      throw PaleException.of(
          628,
          reference.text() + " is ambiguous",
          matching.size() + " " + what + " have the name '" + wanted + "'",
          "use the id in place of the name");
    }
    return matching.stream().findFirst();
  }

  private Outcome outcome(Named vault, Item item, Reference reference, OpReference wanted) {
    try {
      return switch (item.find(wanted)) {
        case Item.Part.None none -> new Outcome.Missing(none.why());
        case Item.Part.Text text -> found(reference, text.text().getBytes(StandardCharsets.UTF_8));
        case Item.Part.FileContent file ->
            found(reference, connect.file(vault.id(), item.id(), file.id()));
      };
    } catch (PaleException e) {
      if (Refusals.concernsAll(e)) {
        throw e;
      }
      return new Outcome.Failed(e);
    }
  }

  private static Outcome found(Reference reference, byte[] value) {
    return new Outcome.Found(SecretValue.owning(reference.text(), value));
  }

  /** Of one item ({@code VAULT/ITEM}), one vault, or all. */
  @Override
  public Optional<List<Reference>> list(String under) {
    String[] parts = under.isEmpty() ? new String[0] : under.split("/", -1);
    if (parts.length > 2) {
      throw noPlace();
    }
    List<Reference> result = new ArrayList<>();
    Pages pages = new Pages("the items", Integer.MAX_VALUE, MOST_ITEMS_LISTED);
    boolean known = false;
    for (Named vault : connect.vaults()) {
      if (parts.length > 0 && !is(vault, parts[0])) {
        continue;
      }
      known = true;
      for (Named each : connect.items(vault.id(), "")) {
        if (parts.length < 2 || is(each, parts[1])) {
          pages.entries(1);
          connect
              .item(vault.id(), each.id())
              .ifPresent(item -> add(result, item.references(Item.part(vault.name(), vault.id()))));
        }
      }
    }
    if (parts.length > 0 && !known) {
      throw noPlace();
    }
    return Optional.of(List.copyOf(result));
  }

  private static PaleException noPlace() {
    return PaleException.of(
        613, "not a place in 1Password", "it is VAULT or VAULT/ITEM", "check the vault's name");
  }

  private static boolean is(Named named, String wanted) {
    return named.id().equals(wanted) || named.name().equalsIgnoreCase(wanted);
  }

  private void add(List<Reference> result, List<String> paths) {
    for (String path : paths) {
      Reference.tryParse(scheme + "://" + path).ifPresent(result::add);
    }
  }

  @Override
  public Health health() {
    try {
      int vaults = connect.vaults().size();
      return new Health.Usable(
          "a Connect token",
          vaults + (vaults == 1 ? " vault at " : " vaults at ") + connect.address());
    } catch (PaleException e) {
      return new Health.Unusable(e);
    }
  }

  @Override
  public void close() {
    // Nothing is open between requests, and the token is text that nobody can wipe.
  }
}
