package dev.pale.cli.age;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the age command (age(1)). */
final class AgeOptions {
  @Option(
      names = {"-e", "--encrypt"},
      description = "Encrypt; the default.")
  boolean encrypt;

  @Option(
      names = {"-d", "--decrypt"},
      description = "Decrypt.")
  boolean decrypt;

  @Option(
      names = {"-r", "--recipient"},
      paramLabel = "RECIPIENT",
      description = "Encrypt to this recipient: age1…, ssh-ed25519 … or ssh-rsa …; repeatable.")
  List<String> recipients = new ArrayList<>();

  @Option(
      names = {"-R", "--recipients-file"},
      paramLabel = "FILE",
      description = "Encrypt to the recipients in this file, one a line; repeatable.")
  List<String> recipientFiles = new ArrayList<>();

  @Option(
      names = {"-i", "--identity"},
      paramLabel = "FILE",
      description =
          "Decrypt with the identities in this file; with -e, encrypt to them; repeatable.")
  List<String> identityFiles = new ArrayList<>();

  @Option(
      names = {"-j"},
      paramLabel = "PLUGIN",
      description = "As -i, with the identity of age-plugin-PLUGIN that needs no data.")
  List<String> plugins = new ArrayList<>();

  @Option(
      names = {"-p", "--passphrase"},
      description = "Encrypt with a passphrase, which is asked for.")
  boolean passphrase;

  @Option(
      names = {"-a", "--armor"},
      description = "Write the text form.")
  boolean armor;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUTPUT",
      description = "Write this file; it appears whole or stays as it was.")
  Optional<String> output = Optional.empty();

  /** Refuses what contradicts itself, with age's status 1. */
  void check() {
    if (decrypt) {
      refuse(encrypt, "-e cannot be used with -d");
      refuse(armor, "-a cannot be used with -d: the text form is recognised by itself");
      refuse(passphrase, "-p cannot be used with -d: a passphrase is recognised by itself");
      refuse(
          !recipients.isEmpty() || !recipientFiles.isEmpty(),
          "-r and -R cannot be used with -d: -i names the file with your identity");
      return;
    }
    boolean identities = !identityFiles.isEmpty() || !plugins.isEmpty();
    refuse(identities && !encrypt, "-i and -j encrypt only together with -e; -d decrypts");
    boolean anybody = !recipients.isEmpty() || !recipientFiles.isEmpty() || identities;
    refuse(passphrase && anybody, "-p cannot be combined with -r, -R, -i or -j");
    refuse(!passphrase && !anybody, "there is no recipient: -r, -R or -p is needed");
  }

  private static void refuse(boolean wrong, String what) {
    if (wrong) {
      throw PaleException.of(275, what, "", "pale age --help");
    }
  }
}
