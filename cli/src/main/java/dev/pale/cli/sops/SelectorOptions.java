package dev.pale.cli.sops;

import dev.pale.secrets.PaleException;
import dev.pale.sops.CreationRule;
import dev.pale.sops.SopsMetadata.Selector;
import dev.pale.sops.SopsMetadata.SelectorKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which values of a new file are encrypted. */
final class SelectorOptions {
  @Option(
      names = "--unencrypted-suffix",
      paramLabel = "TEXT",
      description = "Leave plain what is under a key that ends so; default: _unencrypted.")
  String unencryptedSuffix = "";

  @Option(
      names = "--encrypted-suffix",
      paramLabel = "TEXT",
      description = "Encrypt only what is under a key that ends so.")
  String encryptedSuffix = "";

  @Option(
      names = "--unencrypted-regex",
      paramLabel = "REGEX",
      description = "Leave plain what is under a key that matches.")
  String unencryptedRegex = "";

  @Option(
      names = "--encrypted-regex",
      paramLabel = "REGEX",
      description = "Encrypt only what is under a key that matches.")
  String encryptedRegex = "";

  @Option(
      names = "--unencrypted-comment-regex",
      paramLabel = "REGEX",
      description = "Leave plain what stands below a comment that matches.")
  String unencryptedCommentRegex = "";

  @Option(
      names = "--encrypted-comment-regex",
      paramLabel = "REGEX",
      description = "Encrypt only what stands below a comment that matches.")
  String encryptedCommentRegex = "";

  @Option(
      names = "--mac-only-encrypted",
      description = "Leave plain values out of the file's sum: they can then be changed unnoticed.")
  boolean macOnlyEncrypted;

  /** The selector: each option beats the rule's, and only one may be left. */
  Optional<Selector> selector(Optional<CreationRule> rule) {
    Map<SelectorKind, String> texts = new EnumMap<>(SelectorKind.class);
    rule.flatMap(CreationRule::selector).ifPresent(each -> texts.put(each.kind(), each.text()));
    put(texts, SelectorKind.UNENCRYPTED_SUFFIX, unencryptedSuffix);
    put(texts, SelectorKind.ENCRYPTED_SUFFIX, encryptedSuffix);
    put(texts, SelectorKind.UNENCRYPTED_REGEX, unencryptedRegex);
    put(texts, SelectorKind.ENCRYPTED_REGEX, encryptedRegex);
    put(texts, SelectorKind.UNENCRYPTED_COMMENT_REGEX, unencryptedCommentRegex);
    put(texts, SelectorKind.ENCRYPTED_COMMENT_REGEX, encryptedCommentRegex);
    if (texts.size() > 1) {
      throw PaleException.of(
          488,
          "a file can have one rule of what is encrypted",
          "the command and .sops.yaml together name " + texts.size(),
          "name one suffix or regular expression");
    }
    return texts.entrySet().stream()
        .findFirst()
        .map(entry -> new Selector(entry.getKey(), entry.getValue()))
        // sops writes its default into the file.
        .or(() -> Optional.of(new Selector(SelectorKind.UNENCRYPTED_SUFFIX, "_unencrypted")));
  }

  private static void put(Map<SelectorKind, String> texts, SelectorKind kind, String text) {
    if (!text.isEmpty()) {
      texts.put(kind, text);
    }
  }

  /** Whether the sum leaves plain values out. */
  boolean macOnly(Optional<CreationRule> rule) {
    return macOnlyEncrypted || rule.map(CreationRule::macOnlyEncrypted).orElse(false);
  }
}
