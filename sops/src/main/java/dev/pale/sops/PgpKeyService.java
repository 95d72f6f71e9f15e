package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * OpenPGP keys, by the {@code gpg} program of the user: {@code SOPS_GPG_EXEC}, or {@code gpg} of
 * the absolute folders of {@code PATH}. Keyring and agent are the user's own.
 *
 * <p>The wrapped key goes in by standard input; the fingerprint is checked to be hexadecimal. gpg
 * is told to fetch nothing from key servers. What it prints is not shown; known status words are.
 *
 * <p>Thread-safe.
 */
public final class PgpKeyService implements KeyService {
  /** gpg may ask a person for a passphrase by its own means. */
  private static final int LIMIT_SECONDS = 300;

  private static final String NO_SECRET_KEY = "its secret key is not in your keyring";
  private static final int MAX_WRAPPED = 1 << 16;

  private final KeySurroundings around;

  /** A service with the keyring of this caller. */
  public PgpKeyService(KeySurroundings around) {
    this.around = around;
  }

  @Override
  public boolean serves(MasterKey key) {
    return key.kind().equals("pgp");
  }

  @Override
  public byte[] unwrap(MasterKey key) {
    byte[] message = key.wrapped().getBytes(StandardCharsets.UTF_8);
    if (message.length == 0 || message.length > MAX_WRAPPED) {
      throw PaleException.of(476, "its wrapped key is missing or too long", "", "");
    }
    return gpg(
        List.of("--batch", "--quiet", "--no-auto-key-retrieve", "--status-fd", "2", "--decrypt"),
        message);
  }

  @Override
  public String wrap(MasterKey key, byte[] dataKey) {
    String fingerprint = key.field("fp");
    if (!MasterKeys.isFingerprint(fingerprint)) {
      throw PaleException.of(481, "this is not a PGP fingerprint", "", "40 hexadecimal digits");
    }
    // The user named the key by its fingerprint: that is all the trust it needs.
    byte[] message =
        gpg(
            List.of(
                "--batch",
                "--quiet",
                "--yes",
                "--no-default-recipient",
                "--no-encrypt-to",
                "--no-auto-key-locate",
                "--trust-model",
                "always",
                "--status-fd",
                "2",
                "--armor",
                "--recipient",
                fingerprint,
                "--encrypt"),
            dataKey);
    return new String(message, StandardCharsets.US_ASCII).strip() + "\n";
  }

  private byte[] gpg(List<String> options, byte[] input) {
    String named = around.variable("SOPS_GPG_EXEC");
    String program = ProgramRun.find(named.isEmpty() ? "gpg" : named, around).toString();
    List<String> command = new java.util.ArrayList<>();
    command.add(program);
    command.addAll(options);
    ProgramRun.Result result = ProgramRun.run(command, around, Map.of(), input, LIMIT_SECONDS);
    if (result.status() != 0) {
      java.util.Arrays.fill(result.output(), (byte) 0);
      throw PaleException.of(
          476, "gpg ended with status " + result.status(), reason(result.errors()), "");
    }
    return result.output();
  }

  /** gpg's status lines are made for programs; of them the words that matter are told. */
  private static String reason(byte[] errors) {
    String text = new String(errors, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> each :
        List.of(
            Map.entry("NO_SECKEY", NO_SECRET_KEY),
            Map.entry("INV_RECP", "your keyring has no such key that can be used"),
            Map.entry("KEYEXPIRED", "the key has expired"),
            Map.entry("BAD_PASSPHRASE", "the passphrase was wrong"),
            Map.entry("PINENTRY_LAUNCHED", "its passphrase was asked for and not given"),
            Map.entry("DECRYPTION_FAILED", "it could not be decrypted"),
            Map.entry("NODATA", "it is not an OpenPGP message"))) {
      if (text.contains("[GNUPG:] " + each.getKey())) {
        return text.contains("No secret key") ? NO_SECRET_KEY : each.getValue();
      }
    }
    return "";
  }
}
