package dev.pale.providers.aws;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.formats.json.JsonWriter;
import dev.pale.providers.aws.AwsEndpoints.Service;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.sops.KeyService;
import dev.pale.sops.MasterKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * AWS KMS for the entries {@code kms} of SOPS files.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>A file chooses key, role, profile and context, never a host: the region of its ARN must be
 *       one of AWS', and the request goes to that region's KMS, or to the address that the user
 *       set.
 *   <li>The key's ARN and the context go with every request, so that KMS refuses what was wrapped
 *       with another key or under another context, and an answer about another key is refused here.
 *   <li>As with sops, a file can make the user's identity take on a role that it names and use a
 *       profile of the user's; who owns a foreign role or key sees in their log that it was asked
 *       for, by whom. What such a key unwraps is only what its owner put there.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class AwsKms implements KeyService, AutoCloseable {
  private static final String KIND = "kms";
  private static final int MOST_WRAPPED = 6144;
  private static final int MOST_CONTEXT = 8192;

  private final ProviderSettings settings;
  private final Surroundings machine;
  private final AwsEndpoints endpoints;
  private final AwsFiles files;
  private final AwsCaller caller;
  private final Map<String, KeyCache> keys = new ConcurrentHashMap<>();

  /**
   * Opens no connection yet.
   *
   * @param settings as for {@code aws-sm}, or {@link ProviderSettings#none}; owned by this
   */
  public AwsKms(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.machine = surroundings;
    this.endpoints = new AwsEndpoints(settings, surroundings.variables());
    this.files = new AwsFiles(surroundings);
    this.caller = new AwsCaller(surroundings, endpoints);
  }

  @Override
  public boolean serves(MasterKey key) {
    return key.kind().equals(KIND);
  }

  @Override
  public byte[] unwrap(MasterKey key) {
    Arn arn = arn(key);
    byte[] wrapped = decoded(key.wrapped(), arn);
    JsonWriter body =
        new JsonWriter()
            .beginObject()
            .member("KeyId", arn.text())
            .member("CiphertextBlob", Base64.getEncoder().encodeToString(wrapped));
    try (AwsReply reply = ask(arn, key, "Decrypt", withContext(body, key))) {
      switch (reply.code()) {
        case "InvalidCiphertextException", "IncorrectKeyException" ->
            throw PaleException.of(
                623,
                "KMS does not unwrap the file's data key",
                "key " + arn + ": wrapped with another key or context, or changed since",
                "check arn and context of the file's kms entry");
        default -> {
          // below
        }
      }
      if (!reply.isOk()) {
        throw reply.failure("unwrapping with " + arn);
      }
      return dataKey(reply, arn);
    }
  }

  private static byte[] dataKey(AwsReply reply, Arn arn) {
    JsonObject answer = reply.object();
    String by = JsonAnswers.text(answer, "KeyId").orElse("");
    // An alias is answered with the key behind it.
    if (arn.resource().startsWith("key/") && !by.equals(arn.text())) {
      throw reply.notUnderstood("it is about another key");
    }
    byte[] plain =
        JsonAnswers.text(answer, "Plaintext")
            .flatMap(StrictBase64::decode)
            .orElseThrow(() -> reply.notUnderstood("the data key is no base64"));
    if (plain.length != 32 && plain.length != 33) {
      Arrays.fill(plain, (byte) 0);
      throw reply.notUnderstood("the data key has not 32 or 33 bytes");
    }
    return plain;
  }

  @Override
  public String wrap(MasterKey key, byte[] dataKey) {
    Arn arn = arn(key);
    JsonWriter body =
        new JsonWriter()
            .beginObject()
            .member("KeyId", arn.text())
            .member("Plaintext", Base64.getEncoder().encodeToString(dataKey));
    try (AwsReply reply = ask(arn, key, "Encrypt", withContext(body, key))) {
      if (!reply.isOk()) {
        throw reply.failure("wrapping with " + arn);
      }
      return JsonAnswers.text(reply.object(), "CiphertextBlob")
          .filter(text ->
              StrictBase64.decode(text).filter(bytes -> bytes.length <= MOST_WRAPPED).isPresent())
          .orElseThrow(() -> reply.notUnderstood("it holds no wrapped key"));
    }
  }

  private AwsReply ask(Arn arn, MasterKey key, String operation, String body) {
    if (endpoints.own(Service.KMS).isEmpty() || settings.text("region").isEmpty()) {
      return send(arn, key, operation, body);
    }
    if (!arn.region().name().equals(settings.text("region").orElse(""))) {
      throw refused("it is of another region than the endpoint that is set");
    }
    return send(arn, key, operation, body);
  }

  private AwsReply send(Arn arn, MasterKey key, String operation, String body) {
    return caller.json(
        Service.KMS, arn.region(), keysFor(arn, key), "TrentService." + operation, body);
  }

  /** Kept for each region, role and profile. */
  private KeyCache keysFor(Arn arn, MasterKey key) {
    String role = key.field("role");
    String profile = key.field("aws_profile");
    if (profile.chars().anyMatch(c -> c < ' ' || c == 0x7f) || profile.length() > 256) {
      throw refused("its aws_profile is no name");
    }
    Role taken = role.isEmpty() ? null : new Role(role, "", "", "");
    return keys.computeIfAbsent(
        arn.region().name() + "\n" + role + "\n" + profile,
        missing -> {
          KeyChain chain = new KeyChain(settings, machine, files, caller, arn::region);
          java.util.function.Supplier<AwsKeys> base =
              profile.isEmpty() ? chain::fetch : () -> chain.ofProfile(profile);
          return new KeyCache(
              taken == null ? base : () -> chain.assumed(taken, base), machine.clock());
        });
  }

  private static String withContext(JsonWriter body, MasterKey key) {
    if (!key.context().isEmpty()) {
      int length = 0;
      body.name("EncryptionContext").beginObject();
      for (Map.Entry<String, String> each : new TreeMap<>(key.context()).entrySet()) {
        length += each.getKey().length() + each.getValue().length();
        body.member(each.getKey(), each.getValue());
      }
      body.endObject();
      if (length > MOST_CONTEXT) {
        throw refused("its context is longer than 8192 characters");
      }
    }
    return body.endObject().toString();
  }

  private static Arn arn(MasterKey key) {
    return Arn.parse(key.field("arn"))
        .filter(arn -> arn.service().equals("kms"))
        .filter(arn -> arn.resource().matches("key/[A-Za-z0-9-]{1,64}|alias/[A-Za-z0-9/_-]{1,250}"))
        .orElseThrow(() -> refused("its arn is no key of AWS KMS in a region of AWS"));
  }

  private static byte[] decoded(String text, Arn arn) {
    return StrictBase64.decode(text)
        .filter(bytes -> bytes.length <= MOST_WRAPPED)
        .orElseThrow(() -> refused("what " + arn + " wraps is no base64, empty, or too long"));
  }

  private static PaleException refused(String why) {
    return PaleException.of(
        623,
        "an AWS KMS entry of the file cannot be used",
        why,
        "arn:aws:kms:REGION:ACCOUNT:key/ID is expected");
  }

  @Override
  public void close() {
    keys.values().forEach(KeyCache::close);
    keys.clear();
    settings.close();
  }

  @Override
  public String toString() {
    return "[AWS KMS]";
  }
}
