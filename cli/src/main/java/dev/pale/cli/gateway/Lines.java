package dev.pale.cli.gateway;

import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.project.UserConfig;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Texts of files read by the gateway's own rules, with errors that name file and line. */
final class Lines {
  static final String PALE_TOML = ProjectFile.NAME;
  static final String CONFIG_TOML = UserConfig.NAME;

  private Lines() {}

  /** What the reader makes of a text; its error with the line in front. */
  static <T> T at(String source, int line, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (PaleException e) {
      throw PaleException.of(
          e.code(), source + " line " + line + ": " + e.what(), e.why(), e.mend());
    }
  }

  static List<HostPattern> hosts(List<String> texts, String source, int line) {
    List<HostPattern> hosts = new ArrayList<>();
    for (String text : texts) {
      hosts.add(at(source, line, () -> HostPattern.parse(text)));
    }
    return hosts;
  }

  /** {@code host:port}. */
  static Authority authority(String text, String source, int line) {
    try {
      return Authority.parse(text, 443);
    } catch (Refusal e) {
      throw PaleException.of(
          700,
          source + " line " + line + ": " + e.reason(),
          "",
          e.mend().isEmpty() ? "write host:port" : e.mend());
    }
  }
}
