package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A plugin that runs: stanzas to its standard input, stanzas from its standard output. What it
 * writes to standard error is thrown away: nobody knows what it says.
 *
 * <p>Not thread-safe.
 */
final class PluginProcess implements AutoCloseable {
  /** What a plugin may send in all: recipients are short. */
  private static final int MAX_STANZAS = 1024;

  private static final int GRACE_SECONDS = 2;

  private final String name;
  private final Process process;
  private final OutputStream out;
  private final InputStream in;
  private final Duration patience;
  private int received;
  private volatile boolean timedOut;

  private PluginProcess(String name, Process process, Duration patience) {
    this.name = name;
    this.process = process;
    this.out = process.getOutputStream();
    this.in = new BufferedInputStream(process.getInputStream());
    this.patience = patience;
  }

  static PluginProcess start(
      Path program,
      String name,
      String machine,
      Map<String, String> environment,
      Duration patience) {
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "--age-plugin=" + machine)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return new PluginProcess(name, builder.start(), patience);
    } catch (IOException e) {
      throw new CryptoException(
          CryptoException.Kind.PLUGIN, "age-plugin-" + name + " cannot be started");
    }
  }

  String name() {
    return name;
  }

  void send(String type, String... arguments) {
    send(new Stanza(type, List.of(arguments), new byte[0]));
  }

  void send(Stanza... stanzas) {
    StringBuilder text = new StringBuilder();
    for (Stanza stanza : stanzas) {
      Header.append(text, stanza);
    }
    Thread watch = watch();
    try {
      out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
      out.flush();
    } catch (IOException e) {
      throw failed("ended too early");
    } finally {
      watch.interrupt();
    }
  }

  /** The next stanza. */
  Stanza receive() {
    if (++received > MAX_STANZAS) {
      throw failed("sends without end");
    }
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    raw.write('\n'); // The first line of a file is bounded more tightly than one of a plugin.
    Thread watch = watch();
    try {
      String line = Header.line(in, raw);
      if (!line.startsWith("-> ")) {
        throw failed("does not keep to the protocol");
      }
      return Header.stanza(line, in, raw);
    } catch (IOException e) {
      throw failed("ended too early");
    } catch (CryptoException e) {
      throw e.kind() == CryptoException.Kind.PLUGIN ? e : failed("does not keep to the protocol");
    } finally {
      watch.interrupt();
    }
  }

  /**
   * What the person is to be told or asked.
   *
   * @return false when the stanza is another one
   */
  boolean talk(Stanza stanza, PluginDialogue dialogue) {
    String text = new String(stanza.body(), StandardCharsets.UTF_8);
    switch (stanza.type()) {
      case "msg" -> {
        dialogue.message(name, text);
        send("ok");
      }
      case "confirm" -> {
        List<String> labels = stanza.arguments();
        if (labels.isEmpty() || labels.size() > 2) {
          throw failed("does not keep to the protocol");
        }
        Optional<Boolean> choice =
            dialogue.confirm(
                name,
                text,
                label(labels.getFirst()),
                labels.size() > 1 ? Optional.of(label(labels.get(1))) : Optional.empty());
        if (choice.isPresent()) {
          send("ok", choice.get() ? "yes" : "no");
        } else {
          send("fail");
        }
      }
      case "request-public", "request-secret" -> {
        Optional<byte[]> value = dialogue.ask(name, text, stanza.type().equals("request-secret"));
        if (value.isPresent()) {
          send(AgePlugins.answered(value.get()));
        } else {
          send("fail");
        }
        AgePlugins.wipe(value);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private String label(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw failed("does not keep to the protocol");
    }
  }

  /** The plugin said that it cannot; its words go to the person, not into the exception. */
  CryptoException said(Stanza error, PluginDialogue dialogue) {
    dialogue.message(name, new String(error.body(), StandardCharsets.UTF_8));
    send("ok");
    return failed("reported an error");
  }

  CryptoException failed(String how) {
    return new CryptoException(
        CryptoException.Kind.PLUGIN,
        "age-plugin-"
            + name
            + " "
            + (timedOut ? "did not answer within " + patience.toSeconds() + " seconds" : how));
  }

  /** Ends the plugin when nothing comes: its end ends the read. */
  private Thread watch() {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(patience);
            timedOut = true;
            process.destroyForcibly();
          } catch (InterruptedException answered) {
            // In time.
          }
        });
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException gone) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
