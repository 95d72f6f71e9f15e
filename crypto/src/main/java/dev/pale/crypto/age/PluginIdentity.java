package dev.pale.crypto.age;

import dev.pale.crypto.Keys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a plugin can decrypt with: the state machine {@code identity-v1}. */
final class PluginIdentity extends AgeIdentity {
  private final AgePlugins plugins;
  private final String name;
  private final byte[] text;

  /** Takes the array over. */
  PluginIdentity(AgePlugins plugins, String name, byte[] text) {
    this.plugins = plugins;
    this.name = name;
    this.text = text;
  }

  @Override
  public AgeRecipient recipient() {
    return new PluginRecipient(plugins, name, "add-identity", ascii());
  }

  @Override
  public byte[] secretText() {
    return text.clone();
  }

  @Override
  Optional<byte[]> unwrap(List<Stanza> stanzas) {
    PluginDialogue dialogue = plugins.dialogue();
    try (PluginProcess plugin = plugins.start(name, "identity-v1")) {
      List<Stanza> request = new ArrayList<>();
      request.add(new Stanza("add-identity", List.of(ascii()), new byte[0]));
      for (Stanza stanza : stanzas) {
        List<String> arguments = new ArrayList<>(List.of("0", stanza.type()));
        arguments.addAll(stanza.arguments());
        request.add(new Stanza("recipient-stanza", arguments, stanza.body()));
      }
      request.add(new Stanza("done", List.of(), new byte[0]));
      plugin.send(request.toArray(Stanza[]::new));
      Optional<byte[]> fileKey = Optional.empty();
      while (true) {
        Stanza stanza = plugin.receive();
        switch (stanza.type()) {
          case "file-key" -> {
            if (fileKey.isPresent()
                || !stanza.arguments().equals(List.of("0"))
                || stanza.body().length != Age.FILE_KEY_BYTES) {
              throw plugin.failed("does not keep to the protocol");
            }
            fileKey = Optional.of(stanza.body());
            plugin.send("ok");
          }
          case "error" -> throw plugin.said(stanza, dialogue);
          case "done" -> {
            return fileKey;
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

  /** The protocol is text. */
  private String ascii() {
    return new String(text, StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    Keys.wipe(text);
  }
}
