package dev.pale.gateway.service;

import dev.pale.formats.toml.Toml;
import dev.pale.formats.toml.TomlTable;
import dev.pale.formats.toml.TomlValue;
import dev.pale.gateway.name.HostPattern;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The services that Pale knows, and those of the user's own files.
 *
 * <p>A service is a TOML file; the file's name without {@code .toml} is its id. Its keys are those
 * of {@link Service} with underscores, and {@code with} (services that a secret of this one is good
 * for as well), {@code source} (where the facts are from) and {@code extends}. A user's file with
 * the id of a built-in service takes its place; one with {@code extends = "jira"} has that
 * service's keys where it gives none of its own.
 *
 * <p>Files are read when they are asked for. Thread-safe.
 */
public final class ServiceCatalogue {
  private static final int MOST_FILE_BYTES = 256 * 1024;
  private static final int MOST_EXTENDS = 8;

  /** Ids of the user's files. */
  private final Map<String, Path> files;

  /** Secret names and the first service that they suggest; the user's files come first. */
  private final Map<String, List<String>> byName;

  /** All ids, sorted; the built-in ones have an empty entry in {@link #files}. */
  private final List<String> ids;

  private final Map<String, ServiceReader> readers = new ConcurrentHashMap<>();
  private final Map<String, Service> read = new ConcurrentHashMap<>();

  private ServiceCatalogue(Map<String, Path> files) {
    this.files = files;
    this.byName = new TreeMap<>();
    TreeMap<String, List<String>> all = new TreeMap<>(Index.names());
    for (String id : files.keySet()) {
      all.put(id, reader(id, 0).names());
    }
    this.ids = List.copyOf(all.keySet());
    for (String id : files.keySet()) {
      suggest(id, all.getOrDefault(id, List.of()));
    }
    for (Map.Entry<String, List<String>> entry : all.entrySet()) {
      if (!files.containsKey(entry.getKey())) {
        suggest(entry.getKey(), entry.getValue());
      }
    }
  }

  private void suggest(String id, List<String> names) {
    for (String name : names) {
      byName.computeIfAbsent(name, any -> new ArrayList<>()).add(id);
    }
  }

  /** The list of the built-in services, so that no file is read before it is wanted. */
  private static final class Index {
    private static final Map<String, List<String>> NAMES = read();

    static Map<String, List<String>> names() {
      return NAMES;
    }

    private static Map<String, List<String>> read() {
      Map<String, List<String>> names = new TreeMap<>();
      String text = new String(resource("index.txt"), StandardCharsets.US_ASCII);
      int from = 0;
      while (from < text.length()) {
        int end = text.indexOf('\n', from);
        String[] words = text.substring(from, end).split(" ", -1);
        names.put(words[0], List.of(words).subList(1, words.length));
        from = end + 1;
      }
      return names;
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = ServiceCatalogue.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not in the program: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The services that come with Pale. */
  public static ServiceCatalogue builtIn() {
    return new ServiceCatalogue(Map.of());
  }

  /**
   * These services and those of a folder's {@code *.toml} files, which go before.
   *
   * @param folder one that does not exist has none
   * @throws PaleException 720 for a file that cannot be used, with line and column; 721 for an
   *     unknown key; 722 for a slot; 723 for a folder that cannot be read; 724 for a service that
   *     is extended or named but does not exist; 725 for a file's name that is no id; 410 for what
   *     is no TOML
   */
  public ServiceCatalogue withFolder(Path folder) {
    Map<String, Path> more = new TreeMap<>(files);
    if (Files.exists(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.toml")) {
        for (Path file : found) {
          more.put(id(file), file);
        }
      } catch (IOException | java.nio.file.DirectoryIteratorException e) {
        throw PaleException.of(
            723, "the folder of services cannot be read", folder.toString(), "mend its rights", e);
      }
    }
    ServiceCatalogue catalogue = new ServiceCatalogue(more);
    for (String id : more.keySet()) {
      // A mistake in a user's file is told at once, not when a request needs it.
      catalogue.byId(id);
      catalogue.withCompanions(id);
    }
    return catalogue;
  }

  private static String id(Path file) {
    String name = file.getFileName().toString();
    String id = name.substring(0, name.length() - ".toml".length());
    if (!isId(id)) {
      throw PaleException.of(
          725,
          "the service file has no good name: " + file,
          "the name is the service's id: small letters, digits and hyphens",
          "rename it, for instance to my-service.toml");
    }
    return id;
  }

  private static boolean isId(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && (c != '-' || i == 0)) {
        return false;
      }
    }
    return !id.isEmpty() && id.length() <= 64;
  }

  private ServiceReader reader(String id, int depth) {
    ServiceReader known = readers.get(id);
    if (known == null) {
      known = load(id, depth);
      readers.put(id, known);
    }
    return known;
  }

  private ServiceReader load(String id, int depth) {
    Path file = files.get(id);
    if (file == null) {
      return builtInReader(id);
    }
    String source = file.toString();
    byte[] bytes;
    try {
      if (Files.size(file) > MOST_FILE_BYTES) {
        throw PaleException.of(
            720, "the service file cannot be used: " + source, "it is too large", "");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw PaleException.of(723, "a service file cannot be read", source, "mend its rights", e);
    }
    TomlTable table = Toml.parse(bytes, source);
    String extended = ServiceReader.extended(table, source);
    if (extended.isEmpty()) {
      return new ServiceReader(id, table, source, null);
    }
    TomlValue place = table.get("extends").orElse(table);
    // A file may extend the built-in service that it takes the place of.
    boolean ofOwnName = extended.equals(id) && Index.names().containsKey(id);
    boolean known = Index.names().containsKey(extended) || files.containsKey(extended);
    if ((!known || extended.equals(id)) && !ofOwnName) {
      throw ServiceReader.error(
          source, 724, place, "there is no service " + extended + " to extend", "see the list");
    }
    if (depth >= MOST_EXTENDS) {
      throw ServiceReader.error(
          source, 724, place, "services extend each other in a circle", "end the circle");
    }
    ServiceReader base = ofOwnName ? builtInReader(id) : reader(extended, depth + 1);
    return new ServiceReader(id, table, source, base);
  }

  private static ServiceReader builtInReader(String id) {
    String name = id + ".toml";
    return new ServiceReader(id, Toml.parse(resource(name), name), name, null);
  }

  private boolean has(String id) {
    return files.containsKey(id) || Index.names().containsKey(id);
  }

  /** A service by its id. */
  public Optional<Service> byId(String id) {
    if (!has(id)) {
      return Optional.empty();
    }
    Service known = read.get(id);
    if (known == null) {
      known = reader(id, 0).read(List.of());
      read.put(id, known);
    }
    return Optional.of(known);
  }

  /**
   * A service with other hosts: a tenant's, or one's own server. Rules of presets that name no
   * hosts are for these.
   *
   * @throws PaleException 724 when there is no such service
   */
  public Service withHosts(String id, List<HostPattern> hosts) {
    if (!has(id)) {
      throw unknown(id);
    }
    return reader(id, 0).read(hosts);
  }

  /**
   * A service and those that a secret of it is good for as well: {@code github} and {@code
   * github-git}. A secret gets a binding for each.
   *
   * @throws PaleException 724 when there is no such service
   */
  public List<Service> withCompanions(String id) {
    List<Service> found = new ArrayList<>();
    found.add(byId(id).orElseThrow(() -> unknown(id)));
    for (String each : reader(id, 0).with()) {
      found.add(byId(each).orElseThrow(() -> unknown(each)));
    }
    return List.copyOf(found);
  }

  private static PaleException unknown(String id) {
    return PaleException.of(
        724, "there is no service of this name", id, "add a file for it to the folder of services");
  }

  /** The service that a secret's name suggests; the user's own files go first. */
  public Optional<Service> bySecretName(String name) {
    List<String> found = byName.getOrDefault(name, List.of());
    return found.isEmpty() ? Optional.empty() : byId(found.get(0));
  }

  /** All services, sorted by id. */
  public List<Service> all() {
    List<Service> all = new ArrayList<>();
    for (String id : ids) {
      byId(id).ifPresent(all::add);
    }
    return List.copyOf(all);
  }

  /**
   * Reads a slot as files write it: {@code header:x-api-key}, {@code scheme:Bearer}, {@code
   * basic:user}, {@code basic:password}, {@code query:key}, {@code path:0:bot}, {@code json:/a/b},
   * {@code form:token}, {@code websocket}; several that are filled together with {@code " + "}
   * between them.
   *
   * @throws PaleException 722 when it is none
   */
  public static Slot parseSlot(String text) {
    return SlotText.parse(text);
  }
}
