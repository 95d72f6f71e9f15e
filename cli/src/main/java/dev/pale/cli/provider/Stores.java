package dev.pale.cli.provider;

import dev.pale.cli.session.Session;
import dev.pale.formats.DidYouMean;
import dev.pale.providers.ProcessSurroundings;
import dev.pale.providers.ProviderTypes;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The stores that references can name: those of the user's {@code config.toml}, the kinds that work
 * by themselves, and the vault as {@code pale://}.
 *
 * <p>Used by one thread; the providers that it opens are thread-safe. Closing forgets connections.
 */
public final class Stores implements AutoCloseable {
  /** Where programs are looked for that get a credential of the vault: root's folders. */
  private static final String SYSTEM_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin";

  /** Variables that lead the tools of stores. */
  private static final Pattern STEERS =
      Pattern.compile(
          "HOME|(AWS|AZURE|BAO|BWS|CLOUDSDK|DOPPLER|GCLOUD|GOOGLE|INFISICAL|OP|PASSWORD_STORE|VAULT)"
              + "_.*|KUBE.*");

  private static final Pattern CREDENTIAL = Pattern.compile("TOKEN|SECRET|PASSWORD$|SESSION|KEY");

  private final Session session;
  private final List<ProviderType> types;
  private final ProviderConfigs configs;
  private @Nullable ProcessSurroundings surroundings;
  private @Nullable ProcessSurroundings narrow;

  private Stores(Session session, List<ProviderType> types) {
    this.session = session;
    this.types = types;
    this.configs = new ProviderConfigs(session.config().providers(), types);
  }

  /** The stores of a session; opens nothing. */
  public static Stores of(Session session) {
    return new Stores(session, ProviderTypes.all());
  }

  /** Whether text with this scheme is a reference. */
  public boolean isKnown(String scheme) {
    if (scheme.equals(PaleStore.SCHEME) || configs.names().contains(scheme)) {
      return true;
    }
    for (ProviderType type : types) {
      if (type.kind().equals(scheme)) {
        return true;
      }
    }
    return false;
  }

  /** The scheme that was probably meant; empty for one of ordinary addresses. */
  public Optional<String> meant(String scheme) {
    return ProviderConfigs.isOrdinary(scheme)
        ? Optional.empty()
        : DidYouMean.nearest(scheme, schemes());
  }

  /** Refuses with error 652 a scheme that is no store's. */
  public void requireKnown(String scheme, String where) {
    if (!isKnown(scheme)) {
      throw PaleException.of(
          652,
          where + "there is no provider " + scheme,
          meant(scheme).map(m -> "did you mean " + m + "://?").orElse(""),
          "pale provider list shows yours, pale provider add makes one");
    }
  }

  /** Refuses a reference that cannot work: 652 no such store, 641 not set up, 662 malformed. */
  public void requireUsable(Reference reference) {
    requireKnown(reference.scheme(), "");
    if (reference.scheme().equals(PaleStore.SCHEME)) {
      PaleStore.target(reference);
    } else {
      find(reference.scheme());
    }
  }

  /** Which place of the vault a {@code pale://} reference names; errors 114 and 662. */
  public static Place place(Reference reference) {
    return PaleStore.target(reference).place();
  }

  /** Whether a scheme's values come from outside of the vault. */
  public static boolean isOutside(String scheme) {
    return !scheme.equals(PaleStore.SCHEME);
  }

  private Set<String> schemes() {
    Set<String> schemes = new TreeSet<>(configs.names());
    for (ProviderType type : types) {
      schemes.add(type.kind());
    }
    schemes.add(PaleStore.SCHEME);
    return schemes;
  }

  /** What is set up. */
  List<Configured> configured() {
    return configs.all();
  }

  /** The kinds. */
  List<ProviderType> types() {
    return types;
  }

  /** The kind of this name; error 643. */
  ProviderType type(String kind, String provider) {
    return configs.type(kind, provider);
  }

  /** How a scheme is set up; error 641 for a kind that needs to be, 652 for no store's. */
  Configured find(String scheme) {
    Optional<Configured> own = configs.find(scheme);
    if (own.isPresent()) {
      return own.get();
    }
    requireKnown(scheme, "");
    ProviderType type = configs.type(scheme, scheme);
    if (!type.worksUnconfigured()) {
      throw PaleException.of(
          641,
          "provider " + scheme + " is not set up",
          "stores of this kind need settings",
          "pale provider add " + scheme + " --kind " + scheme);
    }
    return new Configured(scheme, scheme, new TreeMap<>(), Optional.empty(), false, 0);
  }

  /** Opens a store and connects to nothing. */
  Provider open(Configured configured, Actor actor) {
    Map<String, SecretValue> credentials =
        configured.line() > 0 ? Credentials.read(session.vault(), configured, actor) : Map.of();
    return open(configured, credentials);
  }

  /** As {@link #open(Configured, Actor)}, with credentials that this takes over. */
  Provider open(Configured configured, Map<String, SecretValue> credentials) {
    ProviderSettings settings =
        new ProviderSettings(configured.name(), configured.settings(), credentials);
    try {
      return configs
          .type(configured.kind(), configured.name())
          .open(settings, credentials.isEmpty() ? surroundings() : narrowSurroundings());
    } catch (RuntimeException | Error e) {
      settings.close();
      throw e;
    }
  }

  /**
   * Opens what references of a scheme are read from.
   *
   * @param verb what values of the vault are for
   * @param offline whether only kept values may be used
   * @param told gets what must be said afterwards: kept values that were used; thread-safe
   */
  public Provider open(
      String scheme, ReadRequest.Verb verb, Actor actor, boolean offline, List<String> told) {
    if (scheme.equals(PaleStore.SCHEME)) {
      return new PaleStore(session.vault(), verb, actor);
    }
    Configured configured = find(scheme);
    if (configured.cache().isEmpty()) {
      if (offline && !isLocal(configured.kind())) {
        throw PaleException.of(
            645,
            "provider " + scheme + " keeps no values for offline work",
            "it has no cache in config.toml",
            "pale provider add "
                + scheme
                + " --replace --cache 8h …, while the store is reachable");
      }
      return open(configured, actor);
    }
    OfflineCache cache = OfflineCache.open(session, actor);
    return new CachedProvider(
        asFound(configured),
        cache,
        () -> offline ? Optional.empty() : Optional.of(open(configured, actor)),
        told);
  }

  /**
   * How a provider is set up as a whole. Without credentials in the vault, variables of the caller
   * say which store it is: what one of them gave must not stand in for another. Those that hold
   * credentials change too often, and name no store.
   */
  private Configured asFound(Configured configured) {
    if (configured.line() > 0 && Credentials.any(session.vault(), configured.name())) {
      return configured;
    }
    TreeMap<String, String> settings = new TreeMap<>(configured.settings());
    session
        .context()
        .environment()
        .forEach((name, value) -> {
          if (STEERS.matcher(name).matches() && !CREDENTIAL.matcher(name).find()) {
            settings.put("$" + name, value);
          }
        });
    return new Configured(
        configured.name(),
        configured.kind(),
        settings,
        configured.cache(),
        configured.offlineFallback(),
        configured.line());
  }

  /** Kinds whose values are on this machine: there is nothing to be offline from. */
  private static boolean isLocal(String kind) {
    return switch (kind) {
      case "env", "age", "sops", "pass", "gopass", "keychain", "file", "dotenv" -> true;
      default -> false;
    };
  }

  private Surroundings surroundings() {
    ProcessSurroundings open = surroundings;
    if (open == null) {
      Map<String, String> own = new HashMap<>(session.context().environment());
      // As with commands: what unlocks Pale is for nobody else, env:// included.
      own.keySet().removeIf(name -> name.startsWith("PALE_"));
      open = surroundings(own);
      surroundings = open;
    }
    return open.surroundings();
  }

  /**
   * Credentials of the vault go where {@code config.toml} says and nowhere else: a variable of the
   * caller, which a repository's {@code .envrc} or an agent may have set, must not name another
   * address, another authority for certificates or, by {@code PATH}, another program.
   */
  private Surroundings narrowSurroundings() {
    ProcessSurroundings open = narrow;
    if (open == null) {
      Map<String, String> few = new HashMap<>();
      session
          .context()
          .environment()
          .forEach((name, value) -> {
            if (isHarmless(name)) {
              few.put(name, value);
            }
          });
      few.put("PATH", SYSTEM_PATH);
      open = surroundings(few);
      narrow = open;
    }
    return open.surroundings();
  }

  private static boolean isHarmless(String name) {
    return switch (name) {
      case "HOME",
          "USER",
          "LOGNAME",
          "LANG",
          "TERM",
          "TZ",
          "TMPDIR",
          "DISPLAY",
          "WAYLAND_DISPLAY",
          "DBUS_SESSION_BUS_ADDRESS",
          "GNUPGHOME",
          "PASSWORD_STORE_DIR",
          "HTTPS_PROXY",
          "https_proxy",
          "HTTP_PROXY",
          "http_proxy",
          "ALL_PROXY",
          "all_proxy",
          "NO_PROXY",
          "no_proxy" ->
          true;
      default -> name.startsWith("LC_") || name.startsWith("XDG_");
    };
  }

  private ProcessSurroundings surroundings(Map<String, String> environment) {
    return ProcessSurroundings.of(
        environment, session.context().cwd(), session.context().uid(), Clock.systemUTC());
  }

  @Override
  public void close() {
    ProcessSurroundings open = surroundings;
    if (open != null) {
      surroundings = null;
      open.close();
    }
    ProcessSurroundings other = narrow;
    if (other != null) {
      narrow = null;
      other.close();
    }
  }
}
