package dev.pale.cli.sops;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what users of sops type and writes it as {@code pale sops COMMAND OPTIONS -- ARGUMENTS}.
 *
 * <p>sops has two styles: commands ({@code sops decrypt FILE}) and, older, flags ({@code sops -d
 * FILE}; no flag means edit). Its flags may begin with one dash or two. Some short ones mean
 * something else elsewhere in Pale ({@code -e}, {@code -p}), so they become long ones here.
 */
public final class SopsArguments {
  private static final String WORD = "sops";

  private static final Set<String> COMMANDS =
      Set.of(
          "encrypt",
          "decrypt",
          "edit",
          "rotate",
          "updatekeys",
          "set",
          "unset",
          "exec-env",
          "exec-file",
          "filestatus",
          "groups",
          "publish",
          "keyservice");

  private static final Set<String> FLAGS =
      Set.of(
          "--decrypt",
          "--encrypt",
          "--rotate",
          "--in-place",
          "--show-master-keys",
          "--yes",
          "--verbose",
          "--ignore-mac",
          "--mac-only-encrypted",
          "--enable-local-keyservice",
          "--disable-version-check",
          "--idempotent",
          "--value-file",
          "--value-stdin",
          "--pristine",
          "--same-process",
          "--background",
          "--no-fifo",
          "--mask",
          "--no-mask",
          "--allow-dangerous-name",
          "--json",
          "--debug",
          "--no-color",
          "--help",
          "--version");

  private static final Set<String> VALUED =
      Set.of(
          "--kms",
          "--aws-profile",
          "--gcp-kms",
          "--azure-kv",
          "--hc-vault-transit",
          "--pgp",
          "--age",
          "--extract",
          "--input-type",
          "--output-type",
          "--add-kms",
          "--rm-kms",
          "--add-gcp-kms",
          "--rm-gcp-kms",
          "--add-azure-kv",
          "--rm-azure-kv",
          "--add-hc-vault-transit",
          "--rm-hc-vault-transit",
          "--add-age",
          "--rm-age",
          "--add-pgp",
          "--rm-pgp",
          "--unencrypted-suffix",
          "--encrypted-suffix",
          "--unencrypted-regex",
          "--encrypted-regex",
          "--unencrypted-comment-regex",
          "--encrypted-comment-regex",
          "--config",
          "--encryption-context",
          "--set",
          "--shamir-secret-sharing-threshold",
          "--indent",
          "--output",
          "--filename-override",
          "--decryption-order",
          "--keyservice",
          "--user",
          "--filename",
          "--file",
          "--reason");

  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("-d", "--decrypt"),
          Map.entry("-e", "--encrypt"),
          Map.entry("-r", "--rotate"),
          Map.entry("-i", "--in-place"),
          Map.entry("-s", "--show-master-keys"),
          Map.entry("-y", "--yes"),
          Map.entry("-k", "--kms"),
          Map.entry("-p", "--pgp"),
          Map.entry("-a", "--age"),
          Map.entry("-f", "--file"),
          Map.entry("-h", "--help"),
          Map.entry("-v", "--version"));

  private static final Map<String, String> MODES =
      Map.of("--decrypt", "decrypt", "--encrypt", "encrypt", "--rotate", "rotate");

  private final List<String> before = new ArrayList<>();
  private final List<String> modes = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final List<String> command = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private String set = "";

  private SopsArguments() {}

  /** Whether the first word that is no option is {@code sops}. */
  public static boolean isMine(String... args) {
    return wordAt(args) >= 0;
  }

  private static int wordAt(String... args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case WORD -> {
          return i;
        }
        case "--json", "--debug", "--no-color" -> {
          // May stand before the command.
        }
        case "--reason" -> i++;
        default -> {
          return -1;
        }
      }
    }
    return -1;
  }

  /**
   * The same call as Pale's parser takes it.
   *
   * @param args all arguments, for which {@link #isMine} holds
   * @throws PaleException 488 when two modes are asked for, 494 for what Pale does not do
   */
  public static String[] rewritten(String... args) {
    SopsArguments result = new SopsArguments();
    int at = wordAt(args);
    result.before.addAll(Arrays.asList(args).subList(0, at));
    result.read(Arrays.asList(args).subList(at + 1, args.length));
    return result.written();
  }

  private void read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        arguments.addAll(words.subList(i + 1, words.size()));
        return;
      }
      if (!word.startsWith("-") || word.equals("-") || isNumber(word)) {
        if (isCommand(word)) {
          command.add(word);
          continue;
        }
        if (takesCommand()) {
          // What follows the file belongs to the command that is run.
          arguments.addAll(words.subList(i, words.size()));
          return;
        }
        arguments.add(word);
        continue;
      }
      int equals = word.indexOf('=');
      String option = canonical(equals < 0 ? word : word.substring(0, equals));
      if (VALUED.contains(option)) {
        if (equals < 0 && i + 1 >= words.size()) {
          options.add(option);
        } else {
          take(option, equals < 0 ? words.get(++i) : word.substring(equals + 1));
        }
      } else if (FLAGS.contains(option) && equals < 0) {
        flag(option);
      } else if (word.length() > 2 && SHORT.containsKey(word.substring(0, 2)) && equals != 2) {
        attached(word);
      } else {
        // The parser says what is wrong with it.
        options.add(word);
      }
    }
  }

  /** {@code set FILE PATH -5}. */
  private static boolean isNumber(String word) {
    return word.length() > 1 && Character.digit(word.charAt(1), 10) >= 0;
  }

  private boolean isCommand(String word) {
    if (!arguments.isEmpty() || !modes.isEmpty() || !set.isEmpty()) {
      return false;
    }
    return command.isEmpty()
        ? COMMANDS.contains(word)
        : command.equals(List.of("groups")) && (word.equals("add") || word.equals("delete"));
  }

  private boolean takesCommand() {
    return command.equals(List.of("exec-env")) || command.equals(List.of("exec-file"));
  }

  private static String canonical(String option) {
    String known = SHORT.get(option);
    if (known != null) {
      return known;
    }
    // One dash before a long name is as good as two.
    String twice = "-" + option;
    return !option.startsWith("--") && (FLAGS.contains(twice) || VALUED.contains(twice))
        ? twice
        : option;
  }

  /** {@code -aRECIPIENT}. */
  private void attached(String word) {
    String option = SHORT.getOrDefault(word.substring(0, 2), "");
    if (VALUED.contains(option)) {
      take(option, word.substring(2));
    } else {
      options.add(word);
    }
  }

  private void take(String option, String value) {
    if (option.equals("--set") && command.isEmpty()) {
      set = value;
    } else {
      options.add(option + "=" + value);
    }
  }

  private void flag(String option) {
    switch (option) {
      case "--decrypt", "--encrypt", "--rotate" -> {
        if (command.isEmpty()) {
          if (!modes.contains(option)) {
            modes.add(option);
          }
        } else {
          options.add(option);
        }
      }
      default -> options.add(option);
    }
  }

  private String[] written() {
    List<String> words = new ArrayList<>(before);
    words.add(WORD);
    if (command.isEmpty()) {
      mode();
    }
    if (command.isEmpty()) {
      if (options.contains("--version")) {
        words.removeLast();
        words.add("version");
        return words.toArray(String[]::new);
      }
      // Nothing but sops and perhaps --help: the group's own.
      words.addAll(options);
      return words.toArray(String[]::new);
    }
    if (command.getFirst().equals("publish") || command.getFirst().equals("keyservice")) {
      throw PaleException.of(
          494,
          "pale sops does not do " + command.getFirst(),
          command.getFirst().equals("publish")
              ? "it would send files to places that .sops.yaml names"
              : "it would hand data keys to whoever connects",
          "use sops itself for it");
    }
    words.addAll(command);
    words.addAll(options);
    if (!arguments.isEmpty()) {
      words.add("--");
      words.addAll(arguments);
    }
    return words.toArray(String[]::new);
  }

  /** The command that the flags of the older style mean. */
  private void mode() {
    if (modes.size() + (set.isEmpty() ? 0 : 1) > 1) {
      throw PaleException.of(
          488,
          "more than one of --encrypt, --decrypt, --rotate and --set",
          "",
          "give one: pale sops decrypt FILE");
    }
    if (!set.isEmpty()) {
      command.add("set");
      int end = set.indexOf("] ");
      if (end < 0) {
        throw PaleException.of(
            484, "--set takes a path and a value", "", "--set '[\"key\"] \"value\"'");
      }
      while (arguments.size() > 1) {
        arguments.removeLast();
      }
      arguments.add(set.substring(0, end + 1));
      arguments.add(set.substring(end + 2));
    } else if (!modes.isEmpty()) {
      command.add(MODES.getOrDefault(modes.getFirst(), "edit"));
    } else if (!arguments.isEmpty()) {
      command.add("edit");
    }
  }
}
