package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Recipients and identities that programs named {@code age-plugin-NAME} handle (C2SP age-plugin).
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>A text from a file chooses a program by its name alone. The name has no separator, and the
 *       program is looked for in the folders given, of which those that are relative, and the one
 *       that is the current folder, are passed over: a cloned repository cannot bring it.
 *   <li>What a plugin sends is bounded in size, number and time.
 *   <li>Not guaranteed: that the plugin is honest. It learns the file key and runs as the user.
 * </ul>
 *
 * <p>Thread-safe if the dialogue is.
 */
public final class AgePlugins {
  static final String RECIPIENT_PREFIX = "age1";
  static final String IDENTITY_PREFIX = "age-plugin-";
  private static final int MAX_NAME = 64;

  /** A plugin that says nothing for this long is ended; time for a hand to reach a token. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<Path> folders;
  private final Path cwd;
  private final Map<String, String> environment;
  private final PluginDialogue dialogue;
  private final Duration patience;

  /**
   * Plugins as this caller would find them.
   *
   * @param folders where programs are looked for, in this order; relative ones are passed over
   * @param cwd the current folder, passed over as well
   * @param environment all of the environment that plugins get
   */
  public AgePlugins(
      List<Path> folders, Path cwd, Map<String, String> environment, PluginDialogue dialogue) {
    this(folders, cwd, environment, dialogue, PATIENCE);
  }

  AgePlugins(
      List<Path> folders,
      Path cwd,
      Map<String, String> environment,
      PluginDialogue dialogue,
      Duration patience) {
    this.folders = List.copyOf(folders);
    this.cwd = cwd;
    this.environment = Map.copyOf(environment);
    this.dialogue = dialogue;
    this.patience = patience;
  }

  /**
   * Reads a recipient of any kind, {@code age1NAME1…} of a plugin included. Nothing is started yet.
   *
   * @throws CryptoException as {@link AgeRecipient#parse}
   */
  public AgeRecipient recipient(String text) {
    try {
      return AgeRecipient.parse(text);
    } catch (CryptoException e) {
      if (e.kind() != CryptoException.Kind.UNSUPPORTED) {
        throw e;
      }
      Optional<String> name =
          Bech32.decode(text.getBytes(StandardCharsets.UTF_8))
              .map(Bech32.Decoded::prefix)
              .filter(prefix -> prefix.startsWith(RECIPIENT_PREFIX))
              .map(prefix -> prefix.substring(RECIPIENT_PREFIX.length()));
      if (name.isEmpty() || !isName(name.get())) {
        throw e;
      }
      return new PluginRecipient(this, name.get(), text);
    }
  }

  /**
   * Reads an identity file as {@link AgeIdentity#parseFile(byte[], byte[])} does, with lines {@code
   * AGE-PLUGIN-NAME-1…} of plugins as well.
   */
  public List<AgeIdentity> identities(byte[] file, byte[] passphrase) {
    return IdentityFile.parse(file, passphrase, this::identity);
  }

  /**
   * The identity without data of a plugin, for {@code -j NAME}.
   *
   * @throws CryptoException {@link CryptoException.Kind#FORMAT} when it cannot be a plugin's name
   */
  public AgeIdentity identityOf(String name) {
    if (!isName(name)) {
      throw new CryptoException(CryptoException.Kind.FORMAT, "not a name of an age plugin");
    }
    return new PluginIdentity(
        this, name, Bech32.upperCase(Bech32.encode(IDENTITY_PREFIX + name + "-", new byte[0])));
  }

  private Optional<AgeIdentity> identity(byte[] line) {
    Optional<String> name =
        Bech32.decode(line)
            .map(Bech32.Decoded::prefix)
            .filter(prefix -> prefix.startsWith(IDENTITY_PREFIX) && prefix.endsWith("-"))
            .filter(prefix -> prefix.length() > IDENTITY_PREFIX.length())
            .map(prefix -> prefix.substring(IDENTITY_PREFIX.length(), prefix.length() - 1));
    return name.filter(AgePlugins::isName)
        .map(known -> new PluginIdentity(this, known, line.clone()));
  }

  /** {@code [a-z0-9+._-]+}: nothing that leaves a folder. */
  static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && "+._-".indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= MAX_NAME && !name.startsWith(".");
  }

  /** Starts a plugin. */
  PluginProcess start(String name, String machine) {
    return PluginProcess.start(find(name), name, machine, environment, patience);
  }

  PluginDialogue dialogue() {
    return dialogue;
  }

  private Path find(String name) {
    String file = "age-plugin-" + name.toLowerCase(Locale.ROOT);
    for (Path folder : folders) {
      Path program = folder.resolve(file);
      if (folder.isAbsolute()
          && !isCurrent(folder)
          && Files.isRegularFile(program)
          && Files.isExecutable(program)) {
        return program;
      }
    }
    throw new CryptoException(
        CryptoException.Kind.PLUGIN,
        file
            + " is in none of the folders of PATH (the current folder and relative ones do not"
            + " count)");
  }

  private boolean isCurrent(Path folder) {
    try {
      return Files.isSameFile(folder, cwd);
    } catch (IOException absent) {
      return true;
    }
  }

  /** A plugin's answer to a question of ours; the array is wiped by the caller. */
  static Stanza answered(byte[] value) {
    return new Stanza("ok", List.of(), value);
  }

  static void wipe(Optional<byte[]> value) {
    value.ifPresent(Keys::wipe);
  }
}
