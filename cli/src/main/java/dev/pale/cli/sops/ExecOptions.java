package dev.pale.cli.sops;

import dev.pale.cli.context.Context;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.MaskMode;
import dev.pale.secrets.Needles;
import dev.pale.secrets.PaleException;
import picocli.CommandLine.Option;

/** The options of the two commands that run a program. */
final class ExecOptions {
  @Option(names = "--mask", description = "Mask values in what the command prints, always.")
  boolean mask;

  @Option(
      names = "--no-mask",
      description = "Do not mask; refused to coding agents and where no terminal is attached.")
  boolean noMask;

  @Option(names = "--user", paramLabel = "USER", hidden = true, description = "Not supported.")
  String user = "";

  @Option(names = "--background", hidden = true, description = "Not supported.")
  boolean background;

  /** Refuses what sops can do and Pale does not; error 494. */
  void check() {
    if (!user.isEmpty() || background) {
      throw PaleException.of(
          494,
          background
              ? "pale sops runs nothing in the background"
              : "pale sops does not change the user",
          background ? "what runs on alone keeps the values for ever" : "",
          background ? "leave --background out" : "run pale itself as that user");
    }
    if (mask && noMask) {
      throw PaleException.of(488, "--mask and --no-mask exclude each other", "", "use one");
    }
  }

  /**
   * Whether output is masked: by the rules of {@code pale run}.
   *
   * @param wishesNone whether something else than {@code --no-mask} asks for no mask, which gives
   *     way silently where there must be one
   * @throws PaleException 310 when {@code --no-mask} is refused
   */
  boolean isMasked(Session session, boolean wishesNone) {
    Context context = session.context();
    Context.Terminal terminal = context.terminal();
    boolean always =
        session.config().mask() == MaskMode.ALWAYS
            || session.projectFile().mask().orElse(MaskMode.AUTO) == MaskMode.ALWAYS;
    String refusal = "";
    if (context.isAgent()) {
      refusal = "a coding agent (" + context.agent() + ") calls";
    } else if (!terminal.input() && !terminal.output() && !terminal.error()) {
      refusal = "no terminal is attached, so nobody can tell that a person asks";
    } else if (always) {
      refusal = "mask = \"always\" is set in config.toml or pale.toml";
    }
    if (noMask && !refusal.isEmpty()) {
      session.recordRefusal("sops exec", "--no-mask: " + refusal);
      throw PaleException.of(
          310,
          "--no-mask is refused",
          refusal,
          "leave --no-mask out; a person at a terminal can use it");
    }
    if (noMask || (wishesNone && refusal.isEmpty() && !mask)) {
      return false;
    }
    return mask || always || context.isAgent() || !terminal.output() || !terminal.error();
  }

  /** Says in one line what is not looked for, as {@code pale run} does. */
  static void tellUnmasked(Session session, Needles needles) {
    if (needles.skipped().isEmpty()) {
      return;
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("notMasked").beginArray();
      for (Needles.Skipped each : needles.skipped()) {
        json.beginObject()
            .member("name", each.label())
            .member("reason", each.reason().text())
            .endObject();
      }
      session.screen().always(json.endArray().endObject().toString());
      return;
    }
    StringBuilder notes = new StringBuilder();
    for (Needles.Skipped each : needles.skipped()) {
      notes.append(notes.isEmpty() ? "pale: not masked: " : ", ");
      notes.append(each.label()).append(" (").append(each.reason().text()).append(')');
    }
    session.screen().always(notes.toString());
  }
}
