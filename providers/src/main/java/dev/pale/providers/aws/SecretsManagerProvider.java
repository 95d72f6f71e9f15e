package dev.pale.providers.aws;

import dev.pale.providers.aws.SecretsManagerReader.Wanted;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code aws-sm://name-or-arn[?version=ID&stage=STAGE][#member]}. */
final class SecretsManagerProvider implements Provider {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]{1,512}");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9_-]{32,64}");
  private static final Pattern STAGE = Pattern.compile("[A-Za-z0-9/_+=.@:-]{1,256}");

  private final ProviderSettings settings;
  private final AwsAccess access;
  private final SecretsManagerReader reader;

  SecretsManagerProvider(ProviderSettings settings, AwsAccess access) {
    this.settings = settings;
    this.access = access;
    this.reader = new SecretsManagerReader(access);
  }

  @Override
  public Map<Reference, Outcome> read(List<Reference> references) {
    Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
    Map<Reference, Wanted> wanted = new LinkedHashMap<>();
    for (Reference each : references) {
      try {
        wanted.put(each, wanted(each));
      } catch (PaleException e) {
        outcomes.put(each, new Outcome.Failed(e));
      }
    }
    Map<Wanted, Got> got = reader.read(new LinkedHashSet<>(wanted.values()));
    wanted.forEach((reference, one) -> {
      Got found = got.get(one);
      if (found != null) {
        outcomes.put(reference, found.outcome(reference));
      }
    });
    got.values().forEach(Got::wipe);
    return outcomes;
  }

  private static Wanted wanted(Reference reference) {
    Map<String, String> parameters = Parameters.of(reference, Set.of("version", "stage"));
    Wanted wanted =
        new Wanted(
            reference.path(),
            parameters.getOrDefault("version", ""),
            parameters.getOrDefault("stage", ""));
    boolean right =
        (NAME.matcher(wanted.id()).matches() || wanted.arn().isPresent())
            && (wanted.version().isEmpty() || VERSION.matcher(wanted.version()).matches())
            && (wanted.stage().isEmpty() || STAGE.matcher(wanted.stage()).matches());
    if (!right) {
      throw PaleException.of(
          613,
          "the reference is no secret of Secrets Manager",
          "a name of letters, digits and /_+=.@-, or an ARN with its region, is expected; a version"
              + " is its id, a stage its label",
          "for instance aws-sm://prod/db?stage=AWSPREVIOUS#password");
    }
    return wanted;
  }

  @Override
  public Optional<List<Reference>> list(String under) {
    List<Reference> found = new ArrayList<>();
    for (String name : reader.names(under)) {
      if (NAME.matcher(name).matches()) {
        found.add(new Reference(settings.name(), name, "", ""));
      }
    }
    return Optional.of(found);
  }

  @Override
  public Optional<Writer> writer() {
    return Optional.of(
        new SecretsManagerWriter(access, reader, settings.text("kms_key_id").orElse("")));
  }

  @Override
  public Health health() {
    return access.health("Secrets Manager");
  }

  @Override
  public void close() {
    access.close();
    settings.close();
  }

  @Override
  public String toString() {
    return access.toString();
  }
}
