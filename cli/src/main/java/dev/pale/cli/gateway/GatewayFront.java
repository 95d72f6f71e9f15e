package dev.pale.cli.gateway;

import dev.pale.cli.context.Context;
import dev.pale.cli.context.Errors;
import dev.pale.cli.prompt.TerminalEcho;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The short way to {@code pale gateway run} and {@code serve}, which are ready sooner when they need
 * no command line library. What it does not know at once, help and typing errors among it, is left
 * to the general parser.
 */
public final class GatewayFront {
  /** What {@link #run} returns when the general parser must handle the call. */
  public static final int NOT_MINE = -1;

  private GatewayFront() {}

  /** Whether the call may be one of the two. */
  public static boolean isMine(String[] args) {
    return args.length > 2
        && args[0].equals("gateway")
        && (args[1].equals("run") || args[1].equals("serve"));
  }

  /** Runs it; returns the exit status or {@link #NOT_MINE}. */
  public static int run(String[] args) {
    Context context = Context.ofProcess();
    Errors.Style style = new Errors.Style(false, false);
    try (Session session = new Session(context, new TerminalEcho())) {
      Words words = new Words(args);
      PaleCommand command = args[1].equals("run") ? run(session, words) : serve(session, words);
      if (command == null) {
        return NOT_MINE;
      }
      style = new Errors.Style(words.json, words.debug);
      session
          .globals()
          .set(words.project, words.environment, words.reason, words.json, words.debug);
      return command.call();
    } catch (RuntimeException | Error e) {
      return Errors.report(context.err(), e, style, Errors.FAILED);
    } finally {
      context.out().flush();
      context.err().flush();
    }
  }

  private static @Nullable PaleCommand run(Session session, Words words) {
    GatewayRunCommand command = new GatewayRunCommand(session);
    while (words.next()) {
      switch (words.option) {
        case "--observe" -> command.observe = words.flag();
        case "--clean-env" -> command.cleanEnv = words.flag();
        case "--mask" -> command.mask = words.flag();
        case "--with-env" -> command.withEnv = words.flag();
        case "--only" -> command.only.add(words.value());
        case "--approve" -> command.approve = words.value();
        default -> words.global();
      }
    }
    command.command = words.rest();
    return words.known && !command.command.isEmpty() ? command : null;
  }

  private static @Nullable PaleCommand serve(Session session, Words words) {
    GatewayServeCommand command = new GatewayServeCommand(session);
    while (words.next()) {
      switch (words.option) {
        case "--observe" -> command.observe = words.flag();
        case "--expose" -> command.expose = words.flag();
        case "--only" -> command.only.add(words.value());
        case "--client" -> command.clients.add(words.value());
        case "--listen" -> command.listen = Optional.of(words.value());
        case "--unix" -> command.unix = Optional.of(Path.of(words.value()));
        case "--out" -> command.out = Optional.of(Path.of(words.value()));
        case "--as" -> command.as = Optional.of(words.value());
        case "--at" -> command.at = Optional.of(Path.of(words.value()));
        default -> words.global();
      }
    }
    return words.known && words.rest().isEmpty() ? command : null;
  }

  /** The words after the command's name, one option at a time. */
  private static final class Words {
    private final String[] args;
    private int at = 2;
    private String option = "";
    private @Nullable String attached;
    private boolean known = true;
    private String project = "";
    private String environment = "";
    private String reason = "";
    private boolean json;
    private boolean debug;

    Words(String[] args) {
      this.args = args;
    }

    /** Goes to the next option; false at {@code --}, at the end, or once something is not known. */
    boolean next() {
      if (!known || at >= args.length) {
        return false;
      }
      String word = args[at++];
      if (word.equals("--")) {
        return false;
      }
      int equals = word.indexOf('=');
      attached = word.startsWith("--") && equals > 0 ? word.substring(equals + 1) : null;
      option = attached == null ? word : word.substring(0, equals);
      return true;
    }

    boolean flag() {
      known &= attached == null;
      return true;
    }

    String value() {
      String own = attached;
      if (own == null) {
        own = at < args.length ? args[at++] : "";
      }
      known &= !own.isEmpty() && !own.startsWith("-");
      return own;
    }

    /** An option that every command takes. */
    void global() {
      switch (option) {
        case "--json" -> json = flag();
        case "--debug" -> debug = flag();
        case "-p", "--project" -> project = value();
        case "-e", "--env" -> environment = value();
        case "--reason" -> reason = value();
        default -> known = false;
      }
    }

    List<String> rest() {
      return List.of(args).subList(Math.min(at, args.length), args.length);
    }
  }
}
