package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment that a child will see, entry by entry as bytes: order, doubles, odd names and
 * bytes that are not UTF-8 stay as the caller had them.
 *
 * <p>Nothing of Pale's own gets in: every {@code PALE_*} variable is dropped, except that {@code
 * PALE_KEEP_NAME} becomes {@code NAME} again: the launcher sets those variables aside that would
 * steer Pale's own virtual machine.
 *
 * <p>Holds secrets: {@link #close} wipes them. Not thread-safe.
 */
public final class ChildEnvironment implements AutoCloseable {
  private static final String OWN = "PALE_";
  private static final String KEEP = "PALE_KEEP_";

  /** What the launcher sets aside, and nothing else comes back: the list of {@code bin/pale}. */
  private static final String[] KEPT = {
    "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JDK_AOT_VM_OPTIONS", "CLASSPATH",
    "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "GLIBC_TUNABLES", "MALLOC_ARENA_MAX",
    "MALLOC_CHECK_", "MALLOC_PERTURB_"
  };

  /** What {@code --clean-env} keeps, apart from {@code LC_*}. */
  private static final String[] CLEAN = {
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "COLORTERM",
    "LANG",
    "LANGUAGE",
    "TZ",
    "PATH",
    "PWD",
    "TMPDIR",
    "NO_COLOR"
  };

  private final List<byte[]> entries = new ArrayList<>();

  /** Index of the first entry of each name; names as Latin-1, which keeps every byte. */
  private final Map<String, Integer> firsts = new HashMap<>();

  /** Which variables hold secrets, for messages and for wiping. */
  private final Set<String> secrets = new HashSet<>();

  private ChildEnvironment() {}

  /**
   * The caller's environment, as the kernel handed it to this process.
   *
   * <p>Must be called before {@code Hardening.closeDoors()}, which shuts the file it is read from.
   *
   * @throws PaleException 301 when it cannot be read
   */
  public static ChildEnvironment ofCaller() {
    try (FileInputStream in = new FileInputStream("/proc/self/environ")) {
      return of(in.readAllBytes());
    } catch (IOException e) {
      throw PaleException.of(
          301,
          "the environment that the program shall inherit cannot be read",
          "/proc/self/environ is not readable",
          "mount /proc, or start the program with --clean-env",
          e);
    }
  }

  /**
   * The same rule for a helper that gets no secrets: the caller's variables without Pale's own.
   *
   * @param environment of this process
   * @return a new map
   */
  public static Map<String, String> withoutOwn(Map<String, String> environment) {
    Map<String, String> result = new HashMap<>();
    environment.forEach((name, value) -> {
      if (!name.startsWith(OWN)) {
        result.put(name, value);
      }
    });
    for (String name : KEPT) {
      String value = environment.get(KEEP + name);
      if (value != null) {
        result.put(name, value);
      }
    }
    return result;
  }

  /** An environment from entries {@code NAME=value} that end in NUL bytes each. */
  public static ChildEnvironment of(byte[] block) {
    ChildEnvironment result = new ChildEnvironment();
    List<byte[]> kept = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= block.length; i++) {
      if (i == block.length || block[i] == 0) {
        if (i > start) {
          byte[] entry = Arrays.copyOfRange(block, start, i);
          if (startsWith(entry, KEEP)) {
            kept.add(Arrays.copyOfRange(entry, KEEP.length(), entry.length));
          } else if (!startsWith(entry, OWN)) {
            result.append(entry);
          }
        }
        start = i + 1;
      }
    }
    for (byte[] entry : kept) {
      if (contains(KEPT, nameOf(entry))) {
        result.put(nameOf(entry), entry);
      }
    }
    return result;
  }

  /** An environment with nothing in it. */
  public static ChildEnvironment empty() {
    return new ChildEnvironment();
  }

  /** The same entries, to be changed without changing these. */
  public ChildEnvironment copy() {
    ChildEnvironment result = new ChildEnvironment();
    for (byte[] entry : entries) {
      // Each copy wipes its own secrets.
      result.append(isSecret(entry) ? entry.clone() : entry);
    }
    result.secrets.addAll(secrets);
    return result;
  }

  /** Only what a program needs to find its home, its language, its terminal and other programs. */
  public ChildEnvironment clean() {
    ChildEnvironment result = new ChildEnvironment();
    for (byte[] entry : entries) {
      String name = nameOf(entry);
      if (name.startsWith("LC_") || contains(CLEAN, name)) {
        result.append(entry);
      }
    }
    return result;
  }

  /** Gives a variable a secret's value, in place of all earlier entries of that name. */
  public void setSecret(SecretName name, SecretValue value) {
    byte[] bytes = value.bytes(Reveal.CHILD_ENVIRONMENT);
    for (byte b : bytes) {
      if (b == 0) {
        throw PaleException.of(
            302,
            "secret " + name + " holds a NUL byte, which no environment variable can",
            "",
            "set deliver = \"file\" for " + name + " in pale.toml");
      }
    }
    put(name.text(), entry(name.text().getBytes(ISO_8859_1), bytes));
    secrets.add(name.text());
  }

  /**
   * Gives a variable a plain value, in place of all earlier entries of that name.
   *
   * @throws IllegalArgumentException when the name is empty or holds {@code =}, or either holds NUL
   */
  public void set(String name, byte[] value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not a name of a variable");
    }
    for (byte b : value) {
      if (b == 0) {
        throw new IllegalArgumentException("a variable cannot hold a NUL byte");
      }
    }
    put(name, entry(name.getBytes(ISO_8859_1), value));
  }

  /** Takes a variable away. */
  public void unset(String name) {
    if (firsts.containsKey(name)) {
      for (int i = entries.size() - 1; i >= 0; i--) {
        if (nameOf(entries.get(i)).equals(name)) {
          entries.remove(i);
        }
      }
      secrets.remove(name);
      reindex();
    }
  }

  /** The value of a variable, as {@code getenv} would find it. */
  public Optional<byte[]> get(String name) {
    Integer index = firsts.get(name);
    if (index == null) {
      return Optional.empty();
    }
    byte[] entry = entries.get(index);
    return Optional.of(Arrays.copyOfRange(entry, name.length() + 1, entry.length));
  }

  /** All entries, in order: the arrays themselves, not copies. */
  List<byte[]> entries() {
    return entries;
  }

  /** Whether the entry holds a secret's value. */
  boolean isSecret(byte[] entry) {
    return secrets.contains(nameOf(entry));
  }

  /** The name of an entry, each byte a character. */
  static String nameOf(byte[] entry) {
    // A name may begin with '=' in environments that other systems made; it cannot be that alone.
    for (int i = 1; i < entry.length; i++) {
      if (entry[i] == '=') {
        return new String(entry, 0, i, ISO_8859_1);
      }
    }
    return new String(entry, ISO_8859_1);
  }

  private void append(byte[] entry) {
    append(nameOf(entry), entry);
  }

  private void append(String name, byte[] entry) {
    firsts.putIfAbsent(name, entries.size());
    entries.add(entry);
  }

  private void put(String name, byte[] entry) {
    Integer index = firsts.get(name);
    if (index == null) {
      append(name, entry);
      return;
    }
    entries.set(index, entry);
    boolean doubles = false;
    for (int i = entries.size() - 1; i > index; i--) {
      if (isNamed(entries.get(i), name)) {
        entries.remove(i);
        doubles = true;
      }
    }
    if (doubles) {
      reindex();
    }
  }

  private void reindex() {
    firsts.clear();
    for (int i = 0; i < entries.size(); i++) {
      firsts.putIfAbsent(nameOf(entries.get(i)), i);
    }
  }

  private static boolean isNamed(byte[] entry, String name) {
    return entry.length > name.length() && entry[name.length()] == '=' && startsWith(entry, name);
  }

  private static byte[] entry(byte[] name, byte[] value) {
    byte[] entry = Arrays.copyOf(name, name.length + 1 + value.length);
    entry[name.length] = '=';
    System.arraycopy(value, 0, entry, name.length + 1, value.length);
    return entry;
  }

  private static boolean startsWith(byte[] entry, String prefix) {
    if (entry.length < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if ((entry[i] & 0xff) != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(String[] names, String name) {
    for (String each : names) {
      if (each.equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Wipes the secrets' entries. */
  @Override
  public void close() {
    for (byte[] entry : entries) {
      if (isSecret(entry)) {
        Arrays.fill(entry, (byte) 0);
      }
    }
    entries.clear();
    firsts.clear();
    secrets.clear();
  }

  /** Names no values. */
  @Override
  public String toString() {
    return "environment of " + entries.size() + " variables";
  }
}
