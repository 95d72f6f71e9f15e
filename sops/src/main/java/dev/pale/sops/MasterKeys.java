package dev.pale.sops;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.age.AgeRecipient;
import dev.pale.secrets.PaleException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Master keys from the texts that users write in options, variables and {@code .sops.yaml}. The
 * lists of options are separated by commas.
 *
 * <p>Every text is checked before it goes anywhere: error 481 names what is wrong. Thread-safe:
 * stateless.
 */
public final class MasterKeys {
  private static final int MAX_TEXT = 8_192;

  private MasterKeys() {}

  /** Recipients of age: {@code age1…}, {@code age1pq1…}, ssh public keys. */
  public static List<MasterKey> age(String list) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : split(list)) {
      keys.add(key("age", Map.of("recipient", recipient(each))));
    }
    return keys;
  }

  /** As it was written: sops keeps the comment of an ssh key. */
  private static String recipient(String text) {
    try {
      AgeRecipient.parse(text);
      return text;
    } catch (CryptoException e) {
      if (e.kind() == CryptoException.Kind.UNSUPPORTED && text.startsWith("age1")) {
        // A plugin's: it is asked when something is wrapped.
        return text;
      }
      throw wrong(
          "an age recipient", String.valueOf(e.getMessage()), "age1…, or an ssh public key");
    }
  }

  /** Fingerprints of OpenPGP keys, 40 hexadecimal digits each; blanks within are ignored. */
  public static List<MasterKey> pgp(String list, Instant now) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : split(list)) {
      String fingerprint = each.replace(" ", "");
      if (!isFingerprint(fingerprint)) {
        throw wrong(
            "a PGP fingerprint",
            "it has 40 hexadecimal digits (or 64, or the 16 of a long key id)",
            "gpg --list-keys --with-colons shows fingerprints");
      }
      keys.add(key("pgp", Map.of("fp", fingerprint, "created_at", time(now))));
    }
    return keys;
  }

  /** Whether gpg can take it for nothing else than a key: hexadecimal digits alone. */
  static boolean isFingerprint(String text) {
    String digits = text.endsWith("!") ? text.substring(0, text.length() - 1) : text;
    int length = digits.length();
    if (length != 16 && length != 32 && length != 40 && length != 64) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Character.digit(digits.charAt(i), 16) < 0 || digits.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }

  /**
   * Keys of AWS KMS: {@code ARN} or {@code ARN+ROLE-ARN}.
   *
   * @param context the encryption context
   * @param profile the profile of the AWS configuration; may be empty
   */
  public static List<MasterKey> kms(
      String list, Map<String, String> context, String profile, Instant now) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : split(list)) {
      String text = each.replace(" ", "");
      int plus = text.indexOf("+arn:aws");
      keys.add(
          kms(
              plus < 0 ? text : text.substring(0, plus),
              plus < 0 ? "" : text.substring(plus + 1),
              context,
              profile,
              now));
    }
    return keys;
  }

  static MasterKey kms(
      String arn, String role, Map<String, String> context, String profile, Instant now) {
    if (!arn.startsWith("arn:aws") || arn.split(":", 6).length < 6) {
      throw wrong("the ARN of a KMS key", "it starts with arn:aws", "arn:aws:kms:REGION:ACCOUNT:…");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("arn", arn);
    fields.put("role", role);
    fields.put("created_at", time(now));
    fields.put("aws_profile", profile);
    fields.values().removeIf(String::isEmpty);
    // sops always writes the profile, also an empty one.
    fields.putIfAbsent("aws_profile", "");
    return new MasterKey("kms", fields, context, "");
  }

  /**
   * An encryption context, {@code key:value,key:value}.
   *
   * @throws PaleException 496 when it is none
   */
  public static Map<String, String> kmsContext(String text) {
    Map<String, String> context = new TreeMap<>();
    for (String pair : split(text)) {
      int colon = pair.indexOf(':');
      if (colon <= 0) {
        throw PaleException.of(
            496, "the encryption context of KMS is malformed", "", "key:value,key:value");
      }
      context.put(pair.substring(0, colon), pair.substring(colon + 1));
    }
    return context;
  }

  /** Keys of Google Cloud KMS: {@code projects/…/cryptoKeys/…}. */
  public static List<MasterKey> gcpKms(String list, Instant now) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : split(list)) {
      String id = each.replace(" ", "");
      if (!id.startsWith("projects/") || !id.contains("/cryptoKeys/")) {
        throw wrong("a GCP KMS resource", "", "projects/P/locations/L/keyRings/R/cryptoKeys/K");
      }
      keys.add(key("gcp_kms", Map.of("resource_id", id, "created_at", time(now))));
    }
    return keys;
  }

  /** Keys of Azure Key Vault: {@code https://NAME.vault.azure.net/keys/KEY/VERSION}. */
  public static List<MasterKey> azure(String list, Instant now) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : split(list)) {
      URI uri = uri(each, "an Azure Key Vault key", false);
      String[] path = uri.getPath().split("/", -1);
      if (path.length < 3 || !path[1].equals("keys") || path[2].isEmpty() || path.length > 4) {
        throw wrong("an Azure Key Vault key", "", "https://NAME.vault.azure.net/keys/KEY/VERSION");
      }
      keys.add(azure(origin(uri), path[2], path.length == 4 ? path[3] : "", now));
    }
    return keys;
  }

  static MasterKey azure(String vault, String name, String version, Instant now) {
    URI uri = uri(vault, "an Azure Key Vault", false);
    return key(
        "azure_kv",
        Map.of(
            "vault_url", origin(uri), "name", name, "version", version, "created_at", time(now)));
  }

  /** Keys of Vault's transit engine: {@code https://HOST/v1/ENGINE/keys/KEY}. */
  public static List<MasterKey> vault(String list, Instant now) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : split(list)) {
      URI uri = uri(each, "a Vault transit key", true);
      String path = uri.getPath();
      String below =
          path.startsWith("/v1/") ? path.substring(4) : path.substring(Math.min(1, path.length()));
      int at = below.lastIndexOf("/keys/");
      String name = at < 0 ? "" : below.substring(at + 6);
      if (at <= 0 || name.isEmpty() || name.indexOf('/') >= 0) {
        throw wrong("a Vault transit key", "", "https://HOST:8200/v1/transit/keys/KEY");
      }
      keys.add(
          key(
              "hc_vault",
              Map.of(
                  "vault_address",
                  origin(uri),
                  "engine_path",
                  below.substring(0, at),
                  "key_name",
                  name,
                  "created_at",
                  time(now))));
    }
    return keys;
  }

  /** Keys of Huawei Cloud, {@code REGION:KEY-ID}: kept, but no service here opens them. */
  static List<MasterKey> huawei(String list, Instant now) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : split(list)) {
      keys.add(key("hckms", Map.of("key_id", each, "created_at", time(now))));
    }
    return keys;
  }

  /**
   * What tells a key from others of its kind, as it is written in options. Not secret; it comes
   * from a file, so it may be any text.
   */
  public static String id(MasterKey key) {
    return switch (key.kind()) {
      case "age" -> key.field("recipient");
      case "pgp" -> key.field("fp");
      case "kms" -> key.field("arn") + (key.field("role").isEmpty() ? "" : "+" + key.field("role"));
      case "gcp_kms" -> key.field("resource_id");
      case "azure_kv" ->
          key.field("vault_url") + "/keys/" + key.field("name") + "/" + key.field("version");
      case "hc_vault" ->
          key.field("vault_address")
              + "/v1/"
              + key.field("engine_path")
              + "/keys/"
              + key.field("key_name");
      default -> key.field("key_id");
    };
  }

  /** Whether both are the same key: kind, name, and for KMS the context. */
  public static boolean same(MasterKey one, MasterKey other) {
    return one.kind().equals(other.kind())
        && id(one).equals(id(other))
        && one.context().equals(other.context());
  }

  private static MasterKey key(String kind, Map<String, String> fields) {
    return new MasterKey(kind, fields, Map.of(), "");
  }

  private static String time(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static List<String> split(String list) {
    List<String> result = new ArrayList<>();
    for (String each : list.split(",", -1)) {
      String text = each.strip();
      if (text.length() > MAX_TEXT) {
        throw wrong("a key", "it has more than " + MAX_TEXT + " characters", "");
      }
      if (!text.isEmpty()) {
        result.add(text);
      }
    }
    return result;
  }

  private static URI uri(String text, String what, boolean plain) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null
          && uri.getPath() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null
          && ("https".equals(uri.getScheme()) || (plain && "http".equals(uri.getScheme())))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw wrong(what, "it is an address that starts with https://", "");
  }

  private static String origin(URI uri) {
    return uri.getScheme() + "://" + uri.getAuthority();
  }

  /** What was given is not repeated: somebody may have pasted a secret key. */
  private static PaleException wrong(String what, String why, String mend) {
    return PaleException.of(481, "this is not " + what, why, mend);
  }
}
