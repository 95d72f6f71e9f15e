package dev.pale.providers.aws;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.spi.Programs;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where credentials come from, first found first taken:
 *
 * <ol>
 *   <li>the provider's settings: a key, or the name of a profile;
 *   <li>{@code AWS_ACCESS_KEY_ID} and its siblings;
 *   <li>{@code AWS_WEB_IDENTITY_TOKEN_FILE} with {@code AWS_ROLE_ARN};
 *   <li>the profile {@code AWS_PROFILE}, or {@code default}, of the user's AWS files: a key, a role
 *       with its source, a web identity, or a {@code credential_process}. The latter runs a program
 *       that the user wrote down in a file of their own; from a file that others can write, or that
 *       the current folder chooses, it is refused;
 *   <li>the container's endpoint;
 *   <li>the instance's metadata, unless {@code AWS_EC2_METADATA_DISABLED}.
 * </ol>
 *
 * <p>A source that is there but broken is an error; the next one is not tried, because it could be
 * somebody else.
 */
final class KeyChain {
  private static final int MOST_ROLES = 5;
  private static final Duration PROCESS_LIMIT = Duration.ofMinutes(1);
  private static final int PROCESS_BYTES = 64 << 10;

  private final ProviderSettings settings;
  private final Surroundings machine;
  private final AwsFiles files;
  private final LocalKeys local;
  private final AwsCaller caller;
  private final Supplier<AwsRegion> region;

  KeyChain(
      ProviderSettings settings,
      Surroundings machine,
      AwsFiles files,
      AwsCaller caller,
      Supplier<AwsRegion> region) {
    this.settings = settings;
    this.machine = machine;
    this.files = files;
    this.local = new LocalKeys(machine);
    this.caller = caller;
    this.region = region;
  }

  /** The credentials to ask with, the role of the settings taken on. */
  AwsKeys fetch() {
    Optional<String> role = settings.text("role_arn").filter(text -> !text.isEmpty());
    if (role.isEmpty()) {
      return base();
    }
    return assumed(
        new Role(role.get(), settings.text("external_id").orElse(""), sessionName(), ""),
        this::base);
  }

  /** Those of one profile, whatever else there is. */
  AwsKeys ofProfile(String name) {
    return profile(name, MOST_ROLES);
  }

  /** Takes on a role with these credentials. */
  AwsKeys assumed(Role role, Supplier<AwsKeys> with) {
    try (KeyCache once = new KeyCache(with, machine.clock())) {
      return role.assume(caller, region.get(), once, machine);
    }
  }

  private AwsKeys base() {
    Optional<AwsKeys> set = settingsKey();
    if (set.isPresent()) {
      return set.get();
    }
    Optional<String> profile = settings.text("profile").filter(text -> !text.isEmpty());
    if (profile.isPresent()) {
      return ofProfile(profile.get());
    }
    return environment()
        .or(this::webIdentity)
        .or(this::usualProfile)
        .or(local::container)
        .or(local::instance)
        .orElseThrow(KeyChain::nothing);
  }

  private static PaleException nothing() {
    return PaleException.of(
        620,
        "there are no AWS credentials",
        "looked at the provider's settings, AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE,"
            + " ~/.aws, the container's endpoint and the instance's metadata",
        "set AWS_PROFILE, or pale provider add with access_key_id and secret_access_key");
  }

  private Optional<AwsKeys> settingsKey() {
    Optional<String> id = credential("access_key_id").or(() -> settings.text("access_key_id"));
    Optional<String> secret = credential("secret_access_key");
    if (id.isEmpty() && secret.isEmpty()) {
      return Optional.empty();
    }
    if (id.isEmpty() || secret.isEmpty()) {
      throw PaleException.of(
          601,
          "provider " + settings.name() + " has half of an AWS access key",
          "access_key_id and secret_access_key belong together",
          "set both, or none");
    }
    String token = credential("session_token").orElse("");
    return Optional.of(
        AwsKeys.of(id.get(), secret.get(), token, Optional.empty(), "the provider's settings"));
  }

  private Optional<String> credential(String name) {
    return settings
        .credential(name)
        .map(value -> new String(value.bytes(Reveal.KEY), StandardCharsets.UTF_8).strip())
        .filter(text -> !text.isEmpty());
  }

  private Optional<AwsKeys> environment() {
    String id = variable("AWS_ACCESS_KEY_ID");
    String secret = variable("AWS_SECRET_ACCESS_KEY");
    if (id.isEmpty() && secret.isEmpty()) {
      return Optional.empty();
    }
    if (id.isEmpty() || secret.isEmpty()) {
      throw PaleException.of(
          621,
          "the environment has half of an AWS access key",
          "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together",
          "set both, or none");
    }
    String token = variable("AWS_SESSION_TOKEN");
    return Optional.of(AwsKeys.of(id, secret, token, Optional.empty(), "the environment"));
  }

  private Optional<AwsKeys> webIdentity() {
    String file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    String role = variable("AWS_ROLE_ARN");
    if (file.isEmpty() || role.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        withToken(new Role(role, "", sessionName(), ""), file, "AWS_WEB_IDENTITY_TOKEN_FILE"));
  }

  private AwsKeys withToken(Role role, String file, String setting) {
    return role.assumeWithToken(caller, region.get(), local.tokenFile(file, setting), machine);
  }

  private Optional<AwsKeys> usualProfile() {
    Optional<String> named = files.named();
    if (named.isPresent()) {
      return named.map(this::ofProfile);
    }
    // A default profile may hold nothing but a region.
    return files
        .profile("default")
        .filter(KeyChain::hasCredentials)
        .map(found -> ofProfile("default"));
  }

  private static boolean hasCredentials(AwsProfile profile) {
    return List.of(
            "aws_access_key_id", "role_arn", "credential_process", "sso_session", "sso_start_url")
        .stream()
        .anyMatch(key -> profile.get(key).isPresent());
  }

  private AwsKeys profile(String name, int left) {
    AwsProfile profile =
        files
            .profile(name)
            .orElseThrow(() ->
                PaleException.of(
                    621,
                    "there is no AWS profile " + shown(name),
                    "neither ~/.aws/config nor ~/.aws/credentials has it",
                    "aws configure list-profiles"));
    if (left == 0) {
      throw broken(profile, "its roles lead to each other without end");
    }
    Optional<String> role = profile.get("role_arn");
    if (role.isPresent()) {
      return profileRole(profile, role.get(), left);
    }
    return staticKey(profile)
        .or(() -> profile.get("credential_process").map(command -> process(profile, command)))
        .orElseThrow(() -> broken(profile, withoutKey(profile)));
  }

  private static String withoutKey(AwsProfile profile) {
    boolean sso = profile.get("sso_session").or(() -> profile.get("sso_start_url")).isPresent();
    return sso
        ? "single sign-on is not spoken here: take over its credentials with"
            + " credential_process = aws configure export-credentials --profile NAME"
        : "it has no credentials";
  }

  private AwsKeys profileRole(AwsProfile profile, String arn, int left) {
    Role role =
        new Role(
            arn,
            profile.get("external_id").orElse(""),
            profile.get("role_session_name").orElseGet(this::sessionName),
            profile.get("duration_seconds").orElse(""));
    if (profile.get("mfa_serial").isPresent()) {
      throw broken(profile, "its role wants an MFA code, for which Pale does not ask");
    }
    Optional<String> token = profile.get("web_identity_token_file");
    if (token.isPresent()) {
      return withToken(role, token.get(), "web_identity_token_file");
    }
    Optional<String> source = profile.get("source_profile");
    if (source.isPresent()) {
      boolean itself = source.get().equals(profile.name());
      return assumed(
          role,
          () ->
              itself
                  ? staticKey(profile)
                      .orElseThrow(() -> broken(profile, "it is its own source without a key"))
                  : profile(source.get(), left - 1));
    }
    return assumed(role, () -> credentialSource(profile));
  }

  private AwsKeys credentialSource(AwsProfile profile) {
    Optional<AwsKeys> found =
        switch (profile.get("credential_source").orElse("")) {
          case "Environment" -> environment();
          case "EcsContainer" -> local.container();
          case "Ec2InstanceMetadata" -> local.instance();
          default ->
              throw broken(profile, "its role has no source_profile and no credential_source");
        };
    return found.orElseThrow(() -> broken(profile, "its credential_source gives nothing"));
  }

  private static Optional<AwsKeys> staticKey(AwsProfile profile) {
    Optional<String> id = profile.get("aws_access_key_id");
    Optional<String> secret = profile.get("aws_secret_access_key");
    if (id.isEmpty() && secret.isEmpty()) {
      return Optional.empty();
    }
    if (id.isEmpty() || secret.isEmpty()) {
      throw broken(profile, "it has half of an access key");
    }
    return Optional.of(
        AwsKeys.of(
            id.get(),
            secret.get(),
            profile.get("aws_session_token").orElse(""),
            Optional.empty(),
            "AWS profile " + shown(profile.name())));
  }

  private AwsKeys process(AwsProfile profile, String command) {
    if (!profile.runsPrograms()) {
      throw broken(
          profile,
          "its credential_process is not run: the file belongs to, or can be written by, somebody"
              + " else, or its place depends on the current folder");
    }
    List<String> words = words(command);
    if (words.isEmpty()) {
      throw broken(profile, "its credential_process is empty or has an open quote");
    }
    String first = words.getFirst();
    if (first.startsWith("~/")) {
      words.set(0, machine.home().resolve(first.substring(2)).toString());
    } else if (first.indexOf('/') < 0) {
      words.set(0, machine.programs().find(first).toString());
    } else if (!Path.of(first).isAbsolute()) {
      throw broken(profile, "its credential_process is a path relative to the current folder");
    }
    try (Programs.Result result =
        machine
            .programs()
            .run(words, Map.<String, SecretValue>of(), new byte[0], PROCESS_LIMIT, PROCESS_BYTES)) {
      if (result.status() != 0) {
        throw broken(profile, "its credential_process failed with status " + result.status());
      }
      if (parsed(profile, result.output()) instanceof JsonObject json) {
        return AwsKeys.of(
            json, "SessionToken", "the credential_process of " + shown(profile.name()));
      }
      throw broken(profile, "its credential_process prints no JSON object");
    }
  }

  private static dev.pale.formats.json.JsonValue parsed(AwsProfile profile, byte[] output) {
    try {
      return Json.parse(output, "credential_process");
    } catch (PaleException e) {
      throw broken(profile, "its credential_process prints no JSON: " + e.why());
    }
  }

  /** Splits at white space as a shell does, with quotes and backslashes and nothing else of it. */
  static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (quote == 0 && (c == ' ' || c == '\t')) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
        inWord = true;
      } else if (c == '\\' && quote != '\'' && i + 1 < command.length()) {
        word.append(command.charAt(++i));
        inWord = true;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      return new ArrayList<>();
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static PaleException broken(AwsProfile profile, String why) {
    return PaleException.of(
        621, "AWS profile " + shown(profile.name()) + " cannot be used", why, "see ~/.aws/config");
  }

  /** A name may come from a repository's file: only what harms no terminal is shown. */
  private static String shown(String name) {
    return name.matches("[\\x20-\\x7e]{1,64}") ? name : "of that name";
  }

  private String sessionName() {
    return variable("AWS_ROLE_SESSION_NAME");
  }

  private String variable(String name) {
    return machine.variables().get(name);
  }
}
