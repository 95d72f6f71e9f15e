package dev.pale.providers.local;

import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.ProviderType;
import dev.pale.providers.spi.Setting;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A program of the user's own that speaks the protocol of {@code docs/provider-protocol.md}, or
 * that of summon's providers. It is started only while its file has the hash that the user
 * confirmed.
 */
final class ExecType implements ProviderType {
  @Override
  public String kind() {
    return "exec";
  }

  @Override
  public String title() {
    return "A program of your own (docs/provider-protocol.md), or a provider of summon";
  }

  @Override
  public List<String> examples() {
    return List.of("my-store://path/to/secret", "my-store://path/to/secret#field");
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.required("program", "the program's full path"),
        Setting.required("sha256", "what sha256sum says of it: it is not started when it changed"),
        Setting.optional("protocol", "pale, or summon", "pale"),
        Setting.credential(
            "credential", "handed to the program in the variable PALE_PROVIDER_CREDENTIAL"));
  }

  @Override
  public boolean worksUnconfigured() {
    return false;
  }

  @Override
  public Provider open(ProviderSettings settings, Surroundings surroundings) {
    String sha256 = settings.required("sha256").toLowerCase(Locale.ROOT);
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw PaleException.of(601, "sha256 is no hash", "it has 64 hexadecimal digits", "sha256sum");
    }
    Path program;
    try {
      program = Path.of(settings.required("program"));
    } catch (InvalidPathException e) {
      throw PaleException.of(601, "program is no path", "", "");
    }
    if (!program.isAbsolute()) {
      throw PaleException.of(601, "program is not given with its full path", "", "start it with /");
    }
    Pinned pinned = new Pinned(settings.name(), program, sha256, surroundings.uid());
    return switch (settings.text("protocol").orElse("pale")) {
      case "pale" -> new ExecProvider(settings, pinned, surroundings.programs());
      case "summon" -> new SummonProvider(settings, pinned, surroundings.programs());
      default -> throw PaleException.of(601, "protocol is neither pale nor summon", "", "");
    };
  }
}
