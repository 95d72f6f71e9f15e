package dev.pale.crypto.age;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whom a plugin can encrypt to: the state machine {@code recipient-v1}. */
final class PluginRecipient extends AgeRecipient {
  private final AgePlugins plugins;
  private final String name;
  private final String command;
  private final String text;

  /** A recipient {@code age1NAME1…}. */
  PluginRecipient(AgePlugins plugins, String name, String text) {
    this(plugins, name, "add-recipient", text);
  }

  /**
   * @param text of a recipient, or of an identity, which is a secret
   */
  PluginRecipient(AgePlugins plugins, String name, String command, String text) {
    this.plugins = plugins;
    this.name = name;
    this.command = command;
    this.text = text;
  }

  @Override
  public String text() {
    return command.equals("add-recipient") ? text : "(identity of age-plugin-" + name + ")";
  }

  @Override
  Stanza wrap(byte[] fileKey) {
    return wrapAll(fileKey).stanzas().getFirst();
  }

  @Override
  Wrapped wrapAll(byte[] fileKey) {
    PluginDialogue dialogue = plugins.dialogue();
    try (PluginProcess plugin = plugins.start(name, "recipient-v1")) {
      plugin.send(
          new Stanza(command, List.of(text), new byte[0]),
          new Stanza("wrap-file-key", List.of(), fileKey),
          new Stanza("extension-labels", List.of(), new byte[0]),
          new Stanza("done", List.of(), new byte[0]));
      List<Stanza> stanzas = new ArrayList<>();
      Optional<Set<String>> labels = Optional.empty();
      while (true) {
        Stanza stanza = plugin.receive();
        switch (stanza.type()) {
          case "recipient-stanza" -> {
            if (stanza.arguments().size() < 2 || !stanza.arguments().getFirst().equals("0")) {
              throw plugin.failed("does not keep to the protocol");
            }
            stanzas.add(
                new Stanza(
                    stanza.arguments().get(1),
                    stanza.arguments().subList(2, stanza.arguments().size()),
                    stanza.body()));
            plugin.send("ok");
          }
          case "labels" -> {
            Set<String> given = new TreeSet<>(stanza.arguments());
            if (labels.isPresent() || given.size() != stanza.arguments().size()) {
              throw plugin.failed("does not keep to the protocol");
            }
            labels = Optional.of(given);
            plugin.send("ok");
          }
          case "error" -> throw plugin.said(stanza, dialogue);
          case "done" -> {
            if (stanzas.isEmpty()) {
              throw plugin.failed("made nothing that could be decrypted");
            }
            return new Wrapped(List.copyOf(stanzas), labels.orElse(Set.of()));
          }
          default -> {
            if (!plugin.talk(stanza, dialogue)) {
              plugin.send("unsupported");
            }
          }
        }
      }
    }
  }
}
