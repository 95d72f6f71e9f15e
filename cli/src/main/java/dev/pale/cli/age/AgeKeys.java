package dev.pale.cli.age;

import dev.pale.cli.context.Context;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.crypto.age.AgePlugins;
import dev.pale.crypto.age.AgeRecipient;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The recipients and identities that the options name. */
final class AgeKeys {
  /** Keys are short; what is longer is another file. */
  private static final int MAX_BYTES = 16 << 20;

  private final Context context;
  private final AgeOptions options;
  private final AgeTerminal terminal;
  private final AgePlugins plugins;
  private boolean standardInputTaken;

  AgeKeys(Context context, AgeOptions options, boolean standardInputTaken) {
    this.context = context;
    this.options = options;
    this.standardInputTaken = standardInputTaken;
    this.terminal = new AgeTerminal(context);
    this.plugins = plugins(context, terminal);
  }

  private static AgePlugins plugins(Context context, AgeTerminal terminal) {
    List<Path> folders = new ArrayList<>();
    for (String folder : context.variable("PATH").split(":", -1)) {
      try {
        if (folder.startsWith("/")) {
          folders.add(Path.of(folder));
        }
      } catch (InvalidPathException odd) {
        // Not a folder.
      }
    }
    return new AgePlugins(
        folders, context.cwd(), ChildEnvironment.withoutOwn(context.environment()), terminal);
  }

  /** Whom to encrypt to. */
  List<AgeRecipient> recipients() {
    List<AgeRecipient> all = new ArrayList<>();
    for (String text : options.recipients) {
      all.add(recipient(text, "-r"));
    }
    for (String file : options.recipientFiles) {
      recipients(file, all);
    }
    if (!options.identityFiles.isEmpty() || !options.plugins.isEmpty()) {
      for (AgeIdentity identity : read(false)) {
        try (identity) {
          all.add(told("an identity", identity::recipient));
        }
      }
    }
    if (options.passphrase) {
      byte[] passphrase = terminal.newPassphrase();
      try {
        all.add(AgeRecipient.passphrase(passphrase));
      } finally {
        Keys.wipe(passphrase);
      }
    }
    return all;
  }

  /** What to decrypt with; a passphrase alone when no identity is named, as with age. */
  List<AgeIdentity> identities() {
    if (options.identityFiles.isEmpty() && options.plugins.isEmpty()) {
      return List.of(AgeIdentity.passphrase(() -> terminal.passphrase("passphrase")));
    }
    return read(true);
  }

  private AgeRecipient recipient(String text, String where) {
    if (text.regionMatches(true, 0, "AGE-SECRET-KEY-", 0, 15)) {
      throw PaleException.of(
          270,
          where + " was given an identity, which is a secret, instead of a recipient",
          "it may be in your shell's history now",
          "make a new one; -i FILE encrypts to the recipients of an identity file");
    }
    return told(where, () -> plugins.recipient(text));
  }

  private void recipients(String name, List<AgeRecipient> all) {
    byte[] content = content(name, "-R");
    String[] lines = new String(content, StandardCharsets.UTF_8).split("\n", -1);
    int before = all.size();
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        all.add(recipient(line, name + " line " + (i + 1)));
      }
    }
    if (all.size() == before) {
      throw PaleException.of(270, "there is no recipient in " + name, "", "add one a line");
    }
  }

  /** What needs no passphrase first, so that one is asked for only when it must be. */
  private List<AgeIdentity> read(boolean later) {
    List<AgeIdentity> all = new ArrayList<>();
    List<AgeIdentity> deferred = new ArrayList<>();
    for (String name : options.identityFiles) {
      byte[] file = content(name, "-i");
      try {
        all.addAll(plugins.identities(file, new byte[0]));
        Keys.wipe(file);
      } catch (CryptoException e) {
        if (e.kind() != CryptoException.Kind.PASSPHRASE_NEEDED) {
          Keys.wipe(file);
          throw notIdentities(name, e);
        }
        if (later) {
          deferred.add(AgeIdentity.deferred(() -> opened(name, file)));
        } else {
          all.addAll(opened(name, file));
        }
      }
    }
    for (String name : options.plugins) {
      all.add(told("-j", () -> plugins.identityOf(name)));
    }
    all.addAll(deferred);
    return all;
  }

  private List<AgeIdentity> opened(String name, byte[] file) {
    byte[] passphrase = terminal.passphrase("passphrase of " + name);
    try {
      return plugins.identities(file, passphrase);
    } catch (CryptoException e) {
      throw e.kind() == CryptoException.Kind.NO_MATCHING_IDENTITY
              || e.kind() == CryptoException.Kind.AUTHENTICATION
          ? PaleException.of(271, "the passphrase of " + name + " is wrong", "", "try again", e)
          : notIdentities(name, e);
    } finally {
      Keys.wipe(passphrase);
      Keys.wipe(file);
    }
  }

  private static PaleException notIdentities(String name, CryptoException e) {
    return PaleException.of(
        271, "no identities in " + name, String.valueOf(e.getMessage()), "pale age keygen", e);
  }

  private interface Parse<T> {
    T run();
  }

  private static <T> T told(String where, Parse<T> parse) {
    try {
      return parse.run();
    } catch (CryptoException e) {
      throw PaleException.of(
          e.kind() == CryptoException.Kind.PLUGIN ? 280 : 270,
          where + ": " + e.getMessage(),
          "",
          "recipients are age1…, ssh-ed25519 … and ssh-rsa …",
          e);
    }
  }

  private byte[] content(String name, String option) {
    if (name.equals(AgeInput.STANDARD)) {
      if (standardInputTaken) {
        throw PaleException.of(
            275, "standard input is read for more than one thing", option + " -", "name a file");
      }
      standardInputTaken = true;
    }
    Path file = context.cwd().resolve(name);
    try (InputStream in =
        name.equals(AgeInput.STANDARD) ? context.in() : Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw PaleException.of(279, name + " is larger than 16 MiB", "", "name a file of keys");
      }
      return content;
    } catch (IOException e) {
      throw PaleException.of(
          279,
          "cannot read " + name,
          Files.exists(file) ? "permission denied, or a folder" : "there is no such file",
          "check the path",
          e);
    }
  }
}
