package dev.pale.gateway.trust;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A small program run that makes one HTTPS request with one runtime of this machine.
 *
 * <p>In commands, variables and files, <code>{url}</code> stands for what is asked for ({@code
 * https://HOST/probe}), <code>{host}</code> for the host in it, <code>{folder}</code> for a new
 * folder that is the working directory and is removed afterwards.
 *
 * @param runtime what is told to the user: {@code node fetch}
 * @param program the executable that was found, absolute
 * @param versionCommand prints the version
 * @param command makes the request
 * @param variables added to the child's
 * @param files name in the folder to contents, UTF-8
 * @param timeout how long it may take; compilers and JVMs take longer
 * @param trustMend what helps when the runtime does not trust the gateway
 * @param wayMend what helps when the runtime does not come to the gateway
 */
public record Probe(
    String runtime,
    String program,
    List<String> versionCommand,
    List<String> command,
    Map<String, String> variables,
    Map<String, String> files,
    Duration timeout,
    String trustMend,
    String wayMend) {
  /** The exit status by which a probe says that the library it is about is not there. */
  static final int ABSENT_STATUS = 77;

  public Probe {
    versionCommand = List.copyOf(versionCommand);
    command = List.copyOf(command);
    variables = Map.copyOf(variables);
    files = Map.copyOf(files);
  }
}
