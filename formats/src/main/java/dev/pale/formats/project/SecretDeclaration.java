package dev.pale.formats.project;

import dev.pale.secrets.SecretName;
import java.util.List;

/**
 * A table {@code [secrets.NAME]} of {@code pale.toml}.
 *
 * @param name the secret
 * @param description for people; may be empty
 * @param optional whether a run goes on without it
 * @param deliver how it reaches the child
 * @param hosts where the gateway may use it; {@link ProjectFile#gatewaySecret} has the rest
 * @param from a reference to where the value is; empty for the vault's secret of this name
 * @param line the line of the table, from 1
 */
public record SecretDeclaration(
    SecretName name,
    String description,
    boolean optional,
    Deliver deliver,
    List<String> hosts,
    String from,
    int line) {
  public SecretDeclaration {
    hosts = List.copyOf(hosts);
  }
}
