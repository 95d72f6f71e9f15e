package dev.pale.sops;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where sops looks for age identities, in this order: {@code SOPS_AGE_SSH_PRIVATE_KEY_FILE} or
 * {@code ~/.ssh/id_ed25519} and {@code ~/.ssh/id_rsa}; {@code SOPS_AGE_KEY}; {@code
 * SOPS_AGE_KEY_FILE}; {@code $XDG_CONFIG_HOME/sops/age/keys.txt}; {@code
 * SOPS_AGE_SSH_PRIVATE_KEY_CMD}; {@code SOPS_AGE_KEY_CMD}.
 *
 * <p>All of them are the caller's own settings. The commands run without a shell, by its words,
 * with {@code SOPS_AGE_RECIPIENT} naming the recipient that is looked for.
 *
 * <p>A place that the caller named and that cannot be read is told in the error that follows when
 * nothing else opens the file. Not thread-safe.
 */
final class AgeIdentitySources {
  private static final List<String> COMMANDS =
      List.of("SOPS_AGE_SSH_PRIVATE_KEY_CMD", "SOPS_AGE_KEY_CMD");
  private static final int MAX_FILE = 1 << 20;
  private static final int LIMIT_SECONDS = 120;

  private final KeySurroundings around;
  private final List<AgeIdentity> ready = new ArrayList<>();
  private final List<AgeIdentity> all = new ArrayList<>();
  private final List<Locked> locked = new ArrayList<>();
  private final List<String> looked = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Map<String, List<AgeIdentity>> byCommand = new HashMap<>();
  private boolean read;

  /** An identity file that needs a passphrase. */
  static final class Locked {
    private final Path file;
    private final boolean ssh;
    private boolean done;

    private Locked(Path file, boolean ssh) {
      this.file = file;
      this.ssh = ssh;
    }

    String name() {
      return file.toString();
    }
  }

  AgeIdentitySources(KeySurroundings around) {
    this.around = around;
  }

  /** The identities that need no passphrase, for a file encrypted to this recipient. */
  List<AgeIdentity> open(String recipient) {
    if (!read) {
      read = true;
      readAll();
    }
    List<AgeIdentity> result = new ArrayList<>(ready);
    for (String variable : COMMANDS) {
      String command = around.variable(variable);
      if (!command.isBlank()) {
        result.addAll(
            byCommand.computeIfAbsent(
                variable + " " + recipient, _ -> ofCommand(variable, command, recipient)));
      }
    }
    return result;
  }

  /** The files that are still closed and may hold the identity of this recipient. */
  List<Locked> locked(String recipient) {
    List<Locked> result = new ArrayList<>();
    for (Locked each : locked) {
      if (!each.done && each.ssh == recipient.startsWith("ssh-")) {
        result.add(each);
      }
    }
    return result;
  }

  /** The identities in a closed file; none when the passphrase is wrong, which is told. */
  List<AgeIdentity> unlock(Locked file, byte[] passphrase) {
    byte[] content = bytes(file.file);
    try {
      List<AgeIdentity> identities = around.plugins().identities(content, passphrase);
      file.done = true;
      ready.addAll(identities);
      all.addAll(identities);
      return identities;
    } catch (CryptoException e) {
      told.add(file.name() + ": " + AgeKeyService.reason(e));
      return List.of();
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  List<AgeIdentity> all() {
    return all;
  }

  /** Where was looked and what was wrong there, for the error. */
  String looked() {
    List<String> parts = new ArrayList<>(told);
    for (Locked each : locked) {
      if (!each.done) {
        parts.add(each.name() + " needs a passphrase");
      }
    }
    parts.add(looked.isEmpty() ? "no place has any" : "looked in " + String.join(", ", looked));
    return String.join("; ", parts);
  }

  String mend() {
    return "set SOPS_AGE_KEY_FILE to the file with your identity";
  }

  private void readAll() {
    String named = around.variable("SOPS_AGE_SSH_PRIVATE_KEY_FILE");
    if (!named.isEmpty()) {
      file(around.path(named), "SOPS_AGE_SSH_PRIVATE_KEY_FILE", true, true);
    } else {
      for (String name : List.of("id_ed25519", "id_rsa")) {
        file(around.home().resolve(".ssh").resolve(name), "~/.ssh/" + name, false, true);
      }
    }
    String text = around.variable("SOPS_AGE_KEY");
    if (!text.isEmpty()) {
      // sops takes several, separated by blanks or lines; a comment line stays one.
      byte[] lines = separated(text).getBytes(StandardCharsets.UTF_8);
      take(lines, "SOPS_AGE_KEY");
    }
    String keyFile = around.variable("SOPS_AGE_KEY_FILE");
    if (!keyFile.isEmpty()) {
      file(around.path(keyFile), "SOPS_AGE_KEY_FILE", true, false);
    }
    String config = around.variable("XDG_CONFIG_HOME");
    Path folder = config.startsWith("/") ? Path.of(config) : around.home().resolve(".config");
    file(
        folder.resolve("sops").resolve("age").resolve("keys.txt"),
        "sops/age/keys.txt",
        false,
        false);
  }

  private static String separated(String text) {
    StringBuilder result = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      result.append(line.startsWith("#") ? line : line.strip().replaceAll("[ \t]+", "\n"));
      result.append('\n');
    }
    return result.toString();
  }

  private void file(Path file, String name, boolean named, boolean ssh) {
    if (!Files.isRegularFile(file) && !isPipe(file)) {
      if (named) {
        told.add(name + " names a file that is not there");
      }
      return;
    }
    byte[] content;
    try {
      content = bytes(file);
    } catch (PaleException e) {
      told.add(name + " cannot be read");
      return;
    }
    looked.add(name);
    try {
      List<AgeIdentity> identities = around.plugins().identities(content, new byte[0]);
      ready.addAll(identities);
      all.addAll(identities);
    } catch (CryptoException e) {
      if (e.kind() == CryptoException.Kind.PASSPHRASE_NEEDED) {
        locked.add(new Locked(file, ssh || isSsh(content)));
      } else if (named || !ssh) {
        // A user's ssh key of another kind is none of our business, unless it was named.
        told.add(name + ": " + AgeKeyService.reason(e));
      }
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** What the caller's shell opened itself, {@code <(…)}. */
  private static boolean isPipe(Path file) {
    return file.startsWith("/dev/fd") || file.startsWith("/proc/self/fd");
  }

  private static boolean isSsh(byte[] content) {
    String head = new String(content, 0, Math.min(64, content.length), StandardCharsets.ISO_8859_1);
    return head.startsWith("-----BEGIN ") && !head.startsWith("-----BEGIN AGE");
  }

  private void take(byte[] content, String name) {
    looked.add(name);
    try {
      List<AgeIdentity> identities = around.plugins().identities(content, new byte[0]);
      ready.addAll(identities);
      all.addAll(identities);
    } catch (CryptoException e) {
      told.add(name + ": " + AgeKeyService.reason(e));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private List<AgeIdentity> ofCommand(String variable, String command, String recipient) {
    looked.add(variable);
    byte[] output = new byte[0];
    try {
      List<String> words = new ArrayList<>(CommandWords.split(command));
      words.set(0, ProgramRun.find(words.getFirst(), around).toString());
      ProgramRun.Result result =
          ProgramRun.run(
              words, around, Map.of("SOPS_AGE_RECIPIENT", recipient), new byte[0], LIMIT_SECONDS);
      output = result.output();
      if (result.status() != 0) {
        told.add(variable + " ended with status " + result.status());
        return List.of();
      }
      List<AgeIdentity> identities = around.plugins().identities(output, new byte[0]);
      all.addAll(identities);
      return identities;
    } catch (CryptoException e) {
      told.add(variable + ": " + AgeKeyService.reason(e));
    } catch (PaleException e) {
      told.add(variable + ": " + e.what());
    } finally {
      Arrays.fill(output, (byte) 0);
    }
    return List.of();
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_FILE + 1);
      if (content.length > MAX_FILE) {
        throw PaleException.of(476, "an identity file is longer than 1 MiB", "", "");
      }
      return content;
    } catch (IOException e) {
      throw PaleException.of(476, "an identity file cannot be read", "", "", e);
    }
  }
}
