package dev.pale.cli.run;

import dev.pale.cli.context.Context;
import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.delivery.Launch;
import dev.pale.secrets.Actor;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.List;
import java.util.SortedMap;

/**
 * The secrets that {@code pale run} would give to a command, for a command that another one starts:
 * everything that {@code pale.toml} does not leave to the gateway or to nobody.
 */
public final class PlainSecrets {
  private final Wanted wanted;
  private final SortedMap<SecretName, SecretValue> values;

  private PlainSecrets(Wanted wanted, SortedMap<SecretName, SecretValue> values) {
    this.wanted = wanted;
    this.values = values;
  }

  /** Reads them, with the audit row of a run. */
  public static PlainSecrets read(Session session, Actor actor) {
    RunArguments all = RunArguments.parse(new String[] {"run", "--", "command"});
    if (all == null) {
      throw new IllegalStateException("these arguments name a command");
    }
    Wanted wanted = Wanted.of(session, all);
    Outside outside = wanted.outside();
    if (outside != null) {
      outside.ready(false);
    }
    return new PlainSecrets(wanted, wanted.read(session, actor));
  }

  /** The values; whoever closes them does so when the command has ended. */
  public SortedMap<SecretName, SecretValue> values() {
    return values;
  }

  /** A launch that delivers them, each as {@code pale.toml} says. */
  public Launch launch(Context context, List<byte[]> command, ChildEnvironment environment) {
    return RunFront.launch(context, wanted, values, command, environment, false);
  }
}
