package dev.pale.cli.age;

import dev.pale.cli.context.Context;
import dev.pale.cli.prompt.Prompt;
import dev.pale.cli.prompt.TerminalEcho;
import dev.pale.cli.screen.Screen;
import dev.pale.crypto.Keys;
import dev.pale.crypto.age.PluginDialogue;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The person at the terminal. Data may flow through the standard streams, so where these are no
 * terminals the question goes to {@code /dev/tty}, as it does with age.
 */
final class AgeTerminal implements PluginDialogue {
  private static final Path DEVICE = Path.of("/dev/tty");
  private static final String INSTEAD = "call it in a terminal, or use an identity file";

  /** What a plugin may put on the screen at once. */
  private static final int MAX_TEXT = 2000;

  /** 30 characters of 32: 150 bits. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int GROUPS = 6;
  private static final int GROUP_CHARS = 5;

  private final Context context;
  private @Nullable Prompt prompt;

  AgeTerminal(Context context) {
    this.context = context;
  }

  /** The passphrase of a file or of an identity file; the caller wipes it. */
  byte[] passphrase(String question) {
    return bytes(prompt().hidden("passphrase", question + " (not shown): ", INSTEAD));
  }

  /** A new passphrase: typed twice, or made up and shown when nothing is typed. */
  byte[] newPassphrase() {
    Prompt asked = prompt();
    for (int i = 0; i < 3; i++) {
      byte[] first =
          bytes(
              asked.hidden(
                  "passphrase",
                  "passphrase (not shown; leave it empty to have a strong one made): ",
                  INSTEAD));
      if (first.length == 0) {
        String made = madeUp();
        context.err().println("pale: the passphrase is: " + made);
        context.err().flush();
        return made.getBytes(StandardCharsets.US_ASCII);
      }
      byte[] second = bytes(asked.hidden("passphrase", "the same again: ", INSTEAD));
      boolean same = java.security.MessageDigest.isEqual(first, second);
      Keys.wipe(second);
      if (same) {
        return first;
      }
      Keys.wipe(first);
      context.err().println("the two are not the same");
    }
    throw PaleException.of(146, "no passphrase was set", "three attempts", "start again");
  }

  static String madeUp() {
    StringBuilder text = new StringBuilder();
    byte[] random = Keys.random(GROUPS * GROUP_CHARS);
    for (int i = 0; i < random.length; i++) {
      if (i > 0 && i % GROUP_CHARS == 0) {
        text.append('-');
      }
      text.append(ALPHABET.charAt(random[i] & 31));
    }
    Keys.wipe(random);
    return text.toString();
  }

  @Override
  public void message(String plugin, String text) {
    context.err().println("age-plugin-" + plugin + ": " + shown(text));
    context.err().flush();
  }

  @Override
  public Optional<Boolean> confirm(String plugin, String text, String yes, Optional<String> no) {
    message(plugin, text);
    Prompt asked = prompt();
    if (!asked.canAsk()) {
      return Optional.empty();
    }
    String question = "1 = " + shown(yes) + no.map(n -> ", 2 = " + shown(n)).orElse("") + ": ";
    for (int i = 0; i < 3; i++) {
      String answer = asked.line(question, INSTEAD);
      if (answer.equals("1") || (answer.isEmpty() && no.isEmpty())) {
        return Optional.of(true);
      }
      if (answer.equals("2") && no.isPresent()) {
        return Optional.of(false);
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<byte[]> ask(String plugin, String text, boolean secret) {
    Prompt asked = prompt();
    if (!asked.canAsk()) {
      return Optional.empty();
    }
    String question = "age-plugin-" + plugin + ": " + shown(text) + ": ";
    return Optional.of(
        secret
            ? bytes(asked.hidden("answer", question, INSTEAD))
            : asked.line(question, INSTEAD).getBytes(StandardCharsets.UTF_8));
  }

  /** A program's words: short, on one line, and nothing that a terminal obeys. */
  private static String shown(String text) {
    String line = text.strip().replace("\r", "").replace('\n', ' ');
    return Screen.escaped(line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) + "…" : line);
  }

  private static byte[] bytes(SecretValue value) {
    try (value) {
      return value.bytes(Reveal.KEY).clone();
    }
  }

  private Prompt prompt() {
    Prompt known = prompt;
    if (known == null) {
      known =
          context.terminal().canAsk() || context.isAgent()
              ? new Prompt(context, new TerminalEcho())
              : atDevice();
      prompt = known;
    }
    return known;
  }

  private Prompt atDevice() {
    try {
      FileInputStream in = new FileInputStream(DEVICE.toFile());
      return new Prompt(
          new Context(
              context.environment(),
              context.folders(),
              context.cwd(),
              context.uid(),
              context.pid(),
              context.user(),
              context.agent(),
              new Context.Terminal(true, false, true),
              in,
              context.out(),
              new PrintStream(new FileOutputStream(DEVICE.toFile()), true, StandardCharsets.UTF_8)),
          new TerminalEcho(descriptor()));
    } catch (IOException none) {
      // The prompt says that there is nobody to ask.
      return new Prompt(context, new TerminalEcho());
    }
  }

  /** The number that the terminal just opened has: Java does not tell it. */
  private static int descriptor() throws IOException {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : open) {
        if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(DEVICE)) {
          return Integer.parseInt(each.getFileName().toString());
        }
      }
    }
    throw new IOException("not open");
  }
}
