package dev.pale.cli.inrepo;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.crypto.age.AgeRecipient;
import dev.pale.formats.project.InRepoValues;
import dev.pale.formats.project.ProjectFile;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * A value as {@code pale.toml} holds it: base64 of a binary age file, whose plaintext is a line
 * {@code pale-in-repo 1 PROJECT SCOPE NAME} and then the value.
 *
 * <p>The line binds the ciphertext to its place: without it, whoever can commit could move the
 * ciphertext of a secret to a name whose value gets printed, or from prod to dev. It does not tell
 * who wrote it: age has no senders, and anybody who knows the recipients can write a value anew.
 */
final class SealedValue {
  static final int MAX_BYTES = 64 * 1024;

  private SealedValue() {}

  /** The text for {@code age = "…"}. */
  static String seal(
      String project,
      String scope,
      SecretName name,
      SecretValue value,
      Collection<String> recipients) {
    if (value.length() > MAX_BYTES) {
      throw PaleException.of(
          107,
          "the value of " + name + " is larger than 64 KiB",
          "pale.toml is for secrets, not for files of any size",
          "pale age encrypts whole files");
    }
    byte[] line = line(project, scope, name);
    byte[] plaintext = Arrays.copyOf(line, line.length + value.length());
    System.arraycopy(value.bytes(Reveal.SEAL), 0, plaintext, line.length, value.length());
    try {
      return Base64.getEncoder().encodeToString(Age.encrypt(plaintext, parsed(recipients)));
    } catch (CryptoException e) {
      throw notRecipients(e);
    } finally {
      Keys.wipe(plaintext);
    }
  }

  /** The value; whoever called it wipes it. */
  static SecretValue open(String project, InRepoValues.Entry entry, List<AgeIdentity> identities) {
    byte[] plaintext;
    try {
      byte[] file = Base64.getDecoder().decode(entry.text());
      plaintext = Age.decrypt(file, identities);
    } catch (IllegalArgumentException e) {
      throw damaged(entry, "it is not base64", e);
    } catch (CryptoException e) {
      if (e.kind() == CryptoException.Kind.NO_MATCHING_IDENTITY) {
        throw PaleException.of(
            530,
            "the value of " + entry.name() + " in pale.toml is not encrypted to you",
            ProjectFile.NAME + " line " + entry.line() + "; none of your identities opens it",
            "give a teammate what pale recipients me prints; they add it and commit",
            e);
      }
      throw damaged(entry, String.valueOf(e.getMessage()), e);
    }
    try {
      byte[] line = line(project, entry.scope(), entry.name());
      if (plaintext.length < line.length
          || !Arrays.equals(plaintext, 0, line.length, line, 0, line.length)) {
        throw PaleException.of(
            531,
            "the value of " + entry.name() + " in pale.toml belongs to another place",
            ProjectFile.NAME
                + " line "
                + entry.line()
                + ": it was encrypted for another name, environment or project, and moved here",
            "find out who changed the line; pale set --in-repo writes it anew");
      }
      return SecretValue.owning(
          entry.name().text(), Arrays.copyOfRange(plaintext, line.length, plaintext.length));
    } finally {
      Keys.wipe(plaintext);
    }
  }

  static List<AgeRecipient> parsed(Collection<String> recipients) {
    List<AgeRecipient> parsed = new ArrayList<>();
    try {
      for (String text : recipients) {
        // Not those of plugins: a text from a repository must not start a program.
        parsed.add(AgeRecipient.parse(text));
      }
    } catch (CryptoException e) {
      throw notRecipients(e);
    }
    return parsed;
  }

  private static byte[] line(String project, String scope, SecretName name) {
    return ("pale-in-repo 1 " + project + " " + scope + " " + name + "\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static PaleException notRecipients(CryptoException e) {
    return PaleException.of(
        535,
        "the recipients cannot be encrypted to",
        String.valueOf(e.getMessage()),
        "recipients are age1… and ssh-ed25519 …; post-quantum ones stand alone",
        e);
  }

  private static PaleException damaged(InRepoValues.Entry entry, String why, Exception e) {
    return PaleException.of(
        532,
        "the value of " + entry.name() + " in pale.toml is damaged",
        ProjectFile.NAME + " line " + entry.line() + ": " + why,
        "git log -p pale.toml shows who changed it; pale set --in-repo writes it anew",
        e);
  }
}
