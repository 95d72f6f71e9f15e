package dev.pale.providers.local;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files that age encrypted: as a whole, or one name of a {@code .env} or JSON file inside. Relative
 * paths are read from the working folder.
 */
final class AgeType implements ProviderType {
  private static final int MOST_BYTES = 16 << 20;

  @Override
  public String kind() {
    return "age";
  }

  @Override
  public String title() {
    return "Files encrypted with age";
  }

  @Override
  public List<String> examples() {
    return List.of("age://secrets/tls.key.age", "age://.env.age#DATABASE_URL");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.optional(
            "identity_file",
            "the file with your identity",
            "SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, ~/.config/sops/age/keys.txt, ~/.ssh/id_ed25519,"
                + " ~/.ssh/id_rsa"),
        Setting.credential("identity", "an identity: AGE-SECRET-KEY-1…"));
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    return new AgeFiles(new AgeIdentities(settings, surroundings), surroundings);
  }

  private static final class AgeFiles extends EachProvider {
    private final AgeIdentities identities;
    private final Surroundings surroundings;

    AgeFiles(AgeIdentities identities, Surroundings surroundings) {
      this.identities = identities;
      this.surroundings = surroundings;
    }

    @Override
    Map<Reference, Outcome> readPlace(String path, List<Reference> references) {
      references.forEach(Places::requireNoQuery);
      Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
      Path file = Places.file(path, surroundings);
      Optional<byte[]> sealed = Places.read(file, MOST_BYTES);
      if (sealed.isEmpty()) {
        references.forEach(
            each -> outcomes.put(each, new Outcome.Missing("there is no such file")));
        return outcomes;
      }
      byte[] plain = opened(sealed.get());
      try {
        for (Reference each : references) {
          outcomes.put(each, one(plain, each));
        }
      } finally {
        Arrays.fill(plain, (byte) 0);
      }
      return outcomes;
    }

    private static Outcome one(byte[] plain, Reference reference) {
      String key = Places.decoded(reference.fragment());
      if (key.isEmpty()) {
        return new Outcome.Found(SecretValue.copyOf(reference.text(), plain));
      }
      try {
        return Inside.value(plain, key, reference.text());
      } catch (PaleException e) {
        return new Outcome.Failed(e);
      }
    }

    private byte[] opened(byte[] sealed) {
      List<AgeIdentity> own = identities.all();
      try {
        return Age.decrypt(sealed, own);
      } catch (CryptoException e) {
        throw PaleException.of(
            639,
            "the age file is not opened",
            e.kind() == CryptoException.Kind.NO_MATCHING_IDENTITY
                ? "none of your " + own.size() + " identities is one of its recipients"
                : String.valueOf(e.getMessage()),
            "set SOPS_AGE_KEY_FILE to the file with your identity");
      }
    }

    @Override
    public Health health() {
      try {
        int count = identities.all().size();
        return new Health.Usable("", count + (count == 1 ? " identity" : " identities"));
      } catch (PaleException e) {
        return new Health.Unusable(e);
      }
    }

    @Override
    public void close() {
      identities.close();
    }
  }
}
