package dev.pale.providers.local;

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
import dev.pale.sops.AgeKeyService;
import dev.pale.sops.DataKeys;
import dev.pale.sops.Decrypted;
import dev.pale.sops.KeyService;
import dev.pale.sops.KeySurroundings;
import dev.pale.sops.PgpKeyService;
import dev.pale.sops.SopsFile;
import dev.pale.sops.SopsFormat;
import dev.pale.sops.SopsNode;
import dev.pale.sops.SopsPath;
import dev.pale.sops.SopsTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Values of files that SOPS encrypted: {@code sops://path/file.yaml#a.b[0]}. The mac is checked:
 * without it nothing is given out.
 */
final class SopsType implements ProviderType {
  private final Function<Surroundings, List<KeyService>> remote;

  SopsType(Function<Surroundings, List<KeyService>> remote) {
    this.remote = remote;
  }

  @Override
  public String kind() {
    return "sops";
  }

  @Override
  public String title() {
    return "Files encrypted with SOPS";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "sops://secrets/prod.yaml#database.password",
        "sops://.env.enc.env#TOKEN",
        "sops://prod.json#[\"odd.key\"][0]");
  }

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public boolean worksUnconfigured() {
    return true;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    return new SopsFiles(surroundings, remote.apply(surroundings));
  }

  private static final class SopsFiles extends EachProvider {
    private final Surroundings surroundings;
    private final AgeKeyService age;
    private final List<KeyService> services;

    SopsFiles(Surroundings surroundings, List<KeyService> remote) {
      this.surroundings = surroundings;
      // Nobody is asked for a passphrase here: several stores may be read at the same time.
      KeySurroundings around =
          new KeySurroundings(
              surroundings.variables().all(),
              surroundings.home(),
              surroundings.cwd(),
              what -> Optional.empty(),
              Quiet.plugins(surroundings));
      this.age = new AgeKeyService(around);
      this.services = new ArrayList<>(List.of(age, new PgpKeyService(around)));
      services.addAll(remote);
    }

    @Override
    Map<Reference, Outcome> readPlace(String path, List<Reference> references) {
      references.forEach(Places::requireNoQuery);
      Map<Reference, Outcome> outcomes = new LinkedHashMap<>();
      Path file = Places.file(path, surroundings);
      SopsFormat format = SopsFormat.ofFileName(String.valueOf(file.getFileName()));
      Optional<byte[]> content = Places.read(file, SopsTree.MAX_FILE_BYTES);
      if (content.isEmpty()) {
        references.forEach(
            each -> outcomes.put(each, new Outcome.Missing("there is no such file")));
        return outcomes;
      }
      SopsFile sealed = SopsFile.parse(format, content.get());
      byte[] dataKey =
          DataKeys.unwrap(
              sealed.metadata(),
              services,
              DataKeys.order(surroundings.variables().get("SOPS_DECRYPTION_ORDER")));
      try (Decrypted plain = sealed.decrypt(dataKey)) {
        for (Reference each : references) {
          outcomes.put(each, one(plain.tree(), format, each));
        }
      } finally {
        Arrays.fill(dataKey, (byte) 0);
      }
      return outcomes;
    }

    private static Outcome one(SopsTree tree, SopsFormat format, Reference reference) {
      try {
        if (reference.fragment().isEmpty()) {
          return found(reference, tree.emit(format, SopsTree.Indent.DEFAULT));
        }
        SopsPath path = path(Places.decoded(reference.fragment()));
        Optional<SopsNode> node = tree.get(path);
        if (node.isEmpty()) {
          return new Outcome.Missing("the file has nothing at " + path);
        }
        return found(
            reference,
            node.get() instanceof SopsNode.Leaf leaf
                ? scalar(leaf)
                : tree.extract(path, SopsFormat.JSON, SopsTree.Indent.DEFAULT));
      } catch (PaleException e) {
        return new Outcome.Failed(e);
      }
    }

    /** A truth value as YAML and JSON write it; all else is its own bytes. */
    private static byte[] scalar(SopsNode.Leaf leaf) {
      byte[] bytes = leaf.bytes();
      if (leaf.type() == SopsNode.Type.BOOL && bytes.length > 0) {
        bytes[0] |= 0x20;
      }
      return bytes;
    }

    private static Outcome found(Reference reference, byte[] own) {
      return new Outcome.Found(SecretValue.owning(reference.text(), own));
    }

    /** {@code a.b[0]}, or sops' own {@code ["a"]["b"][0]}. */
    private static SopsPath path(String text) {
      if (text.startsWith("[")) {
        return SopsPath.parse(text);
      }
      List<SopsPath.Step> steps = new ArrayList<>();
      for (String part : text.split("\\.", -1)) {
        int bracket = part.indexOf('[');
        String name = bracket < 0 ? part : part.substring(0, bracket);
        if (name.isEmpty()) {
          throw Places.malformed("a part of the path into the file is empty", "#a.b[0]");
        }
        steps.add(new SopsPath.Key(name));
        if (bracket > 0) {
          steps.addAll(SopsPath.parse(part.substring(bracket)).steps());
        }
      }
      return new SopsPath(steps);
    }

    @Override
    public Health health() {
      return new Health.Usable("", "files that your age, PGP and cloud keys open");
    }

    @Override
    public void close() {
      age.close();
    }
  }
}
