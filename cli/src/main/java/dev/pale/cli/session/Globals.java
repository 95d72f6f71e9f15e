package dev.pale.cli.session;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes. Filled by the command line parser, read by commands. */
public final class Globals {
  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print results and errors as JSON; docs/json.md has the fields.")
  boolean json;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print where an error came from. Never prints values.")
  boolean debug;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "No colour; NO_COLOR does the same.")
  boolean noColour;

  @Option(
      names = {"-p", "--project"},
      paramLabel = "PROJECT",
      scope = ScopeType.INHERIT,
      description = "The project; default: what pale.toml says.")
  String project = "";

  @Option(
      names = {"-e", "--env"},
      paramLabel = "ENV",
      scope = ScopeType.INHERIT,
      description = "The environment; default: PALE_ENV, then what pale.toml says.")
  String environment = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      scope = ScopeType.INHERIT,
      description = "Why, for the audit log.")
  String reason = "";

  /** What {@code run}, which needs no parser, has read of the command line. */
  public void set(
      String ofProject, String ofEnvironment, String why, boolean asJson, boolean forDebug) {
    project = ofProject;
    environment = ofEnvironment;
    reason = why;
    json = asJson;
    debug = forDebug;
  }

  /** Whether results and errors are JSON. */
  public boolean json() {
    return json;
  }

  /** Whether errors say where they came from. */
  public boolean debug() {
    return debug;
  }

  /** Whether colour is off. */
  public boolean noColour() {
    return noColour;
  }

  /** The environment that the options name; empty when they name none. */
  public String environment() {
    return environment;
  }

  /** The stated reason; may be empty. */
  public String reason() {
    return reason;
  }
}
