package dev.pale.cli.transfer;

import dev.pale.formats.dotenv.Dialect;
import dev.pale.secrets.PaleException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code import} and {@code init --import} are told. Filled by the command line parser. */
public final class ImportOptions {
  @Option(
      names = "--dialect",
      paramLabel = "DIALECT",
      description =
          "How to read lines that dialects read differently: pale, shell, dotenv, docker.")
  Optional<String> dialect = Optional.empty();

  @Option(names = "--overwrite", description = "Replace values that are there and differ.")
  boolean overwrite;

  @Option(names = "--skip-existing", description = "Leave values that are there and differ.")
  boolean skipExisting;

  @Option(
      names = "--allow-dangerous-name",
      description = "Accept names that steer a loader or an interpreter, such as LD_PRELOAD.")
  boolean allowDangerousName;

  /** The dialect that was named; error 130 when there is none of that name. */
  Optional<Dialect> chosen() {
    return dialect.map(name ->
        Dialect.of(name)
            .orElseThrow(() ->
                PaleException.usage(
                    130,
                    "there is no such dialect",
                    "the dialects are pale, shell, dotenv and docker",
                    "--dialect pale")));
  }
}
