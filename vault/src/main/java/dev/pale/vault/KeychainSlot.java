package dev.pale.vault;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/**
 * The slot whose key is an item of the operating system's keychain, by the Secret Service interface
 * on D-Bus (specifications.freedesktop.org/secret-service). Params are the item's id; the item is
 * found by the vault's id and that, and holds the key in hexadecimal digits.
 *
 * <p>Nothing here waits for ever: see the times below. Every failure is error 234.
 */
final class KeychainSlot {
  /** Asked before a default is chosen, where a person waits for the first prompt. */
  private static final long PROBE_MILLIS = 900;

  /** A service that is there answers in milliseconds; the first call may have to start it. */
  private static final long SERVICE_MILLIS = 5_000;

  /** Without a desktop nobody can answer a prompt. */
  private static final long SILENT_MILLIS = 10_000;

  /** With one, a person may have to look for a password first. */
  private static final long PROMPT_MILLIS = 180_000;

  private static final byte[] NOTHING = new byte[0];

  private KeychainSlot() {}

  /** Whether a keychain answers, which takes less than a second. Asks nobody. */
  static boolean answers() {
    try {
      probe(SecretTool.find(System.getenv()), PROBE_MILLIS);
      return true;
    } catch (SecretTool.UnavailableException e) {
      return false;
    }
  }

  static Slot make(long id, byte[] vault, byte[] root, long now) {
    byte[] key = Keys.random(32);
    byte[] text = hex(key);
    String params = UUID.randomUUID().toString();
    Slot slot =
        new Slot(
            id,
            Slot.KEYCHAIN,
            params,
            now,
            Envelope.seal(key, Slot.bound(vault, Slot.KEYCHAIN, params), root),
            NOTHING);
    try {
      SecretTool tool = SecretTool.find(System.getenv());
      probe(tool, SERVICE_MILLIS);
      try (SecretTool.Answer answer =
          tool.call(
              text, patience(), arguments("store", vault, params, "--label=Key of Pale's vault"))) {
        if (!answer.succeeded()) {
          throw new SecretTool.UnavailableException(
              "it takes no item" + because(answer, "it is locked, or its prompt was refused"));
        }
      }
      // A vault whose only key cannot be read back would be lost at once.
      Keys.wipe(open(slot, vault));
      return slot;
    } catch (SecretTool.UnavailableException e) {
      throw unavailable(e, "another way: --unlock passphrase, --unlock ssh or --unlock keyfile");
    } finally {
      Keys.wipe(key);
      Keys.wipe(text);
    }
  }

  static byte[] open(Slot slot, byte[] vault) {
    try {
      SecretTool tool = SecretTool.find(System.getenv());
      probe(tool, SERVICE_MILLIS);
      try (SecretTool.Answer answer =
          tool.call(NOTHING, patience(), arguments("lookup", vault, slot.params))) {
        if (!answer.succeeded()) {
          throw new SecretTool.UnavailableException(whyNot(tool, answer, slot, vault));
        }
        return unwrapped(answer.out(), slot, vault);
      }
    } catch (SecretTool.UnavailableException e) {
      throw unavailable(
          e,
          "unlock the keychain in your desktop session and try again there, or pale vault recover"
              + " with the recovery code");
    }
  }

  /** Removes the item of a slot that is gone; quiet, for the slot is what counts. */
  static void forget(Slot slot, byte[] vault) {
    try {
      SecretTool tool = SecretTool.find(System.getenv());
      tool.call(NOTHING, SERVICE_MILLIS, arguments("clear", vault, slot.params)).close();
    } catch (SecretTool.UnavailableException e) {
      // Without its slot the item opens nothing.
    }
  }

  private static byte[] unwrapped(byte[] text, Slot slot, byte[] vault) {
    byte[] key = unhex(text);
    try {
      if (key.length == 32) {
        return Envelope.open(key, Slot.bound(vault, Slot.KEYCHAIN, slot.params), slot.wrapped);
      }
    } catch (AuthenticationException e) {
      // The item is not the key of this slot: said below.
    } finally {
      Keys.wipe(key);
    }
    throw PaleException.of(
        201,
        "the keychain's item does not open the vault",
        "it was changed, or is of an older key",
        "pale vault recover with the recovery code");
  }

  /** A search for what is not there asks nobody and succeeds where a service answers. */
  private static void probe(SecretTool tool, long millis) throws SecretTool.UnavailableException {
    try (SecretTool.Answer answer =
        tool.call(NOTHING, millis, "search", "application", "pale", "slot", "none")) {
      if (!answer.succeeded()) {
        throw new SecretTool.UnavailableException(
            "no Secret Service is on the session bus" + because(answer, ""));
      }
    }
  }

  /** The program fails in the same way for an item that is not there and one that is locked. */
  private static String whyNot(SecretTool tool, SecretTool.Answer failed, Slot slot, byte[] vault)
      throws SecretTool.UnavailableException {
    try (SecretTool.Answer found =
        tool.call(NOTHING, SERVICE_MILLIS, arguments("search", vault, slot.params))) {
      return found.succeeded() && found.out().length > 0
          ? "it is locked, and its prompt was refused or cannot be shown here"
          : "it has no item for this vault" + because(failed, "");
    }
  }

  private static String because(SecretTool.Answer answer, String otherwise) {
    String why = answer.complaint().isEmpty() ? otherwise : answer.complaint();
    return why.isEmpty() ? "" : ": " + why;
  }

  private static long patience() {
    Map<String, String> environment = System.getenv();
    boolean desktop =
        !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty()
            || !environment.getOrDefault("DISPLAY", "").isEmpty();
    return desktop ? PROMPT_MILLIS : SILENT_MILLIS;
  }

  private static String[] arguments(String verb, byte[] vault, String params, String... options) {
    String[] attributes = {
      "application", "pale", "vault", HexFormat.of().formatHex(vault), "slot", params
    };
    String[] all = new String[1 + options.length + attributes.length];
    all[0] = verb;
    System.arraycopy(options, 0, all, 1, options.length);
    System.arraycopy(attributes, 0, all, 1 + options.length, attributes.length);
    return all;
  }

  private static byte[] hex(byte[] key) {
    byte[] text = new byte[2 * key.length];
    for (int i = 0; i < key.length; i++) {
      text[2 * i] = (byte) Character.forDigit((key[i] >> 4) & 15, 16);
      text[2 * i + 1] = (byte) Character.forDigit(key[i] & 15, 16);
    }
    return text;
  }

  /** The bytes; none when these are no hexadecimal digits. */
  private static byte[] unhex(byte[] text) {
    byte[] key = new byte[text.length / 2];
    for (int i = 0; i < text.length; i++) {
      int digit = Character.digit((char) (text[i] & 0xff), 16);
      if (digit < 0 || text.length % 2 != 0) {
        Keys.wipe(key);
        return NOTHING;
      }
      key[i / 2] = (byte) (key[i / 2] << 4 | digit);
    }
    return key;
  }

  private static PaleException unavailable(SecretTool.UnavailableException e, String mend) {
    return PaleException.of(234, "the keychain cannot be used", e.why(), mend, e);
  }
}
