package dev.pale.cli.context;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Tells whether a coding agent stands above this call.
 *
 * <p>Two signs count: a variable that agents set for the commands they run, and an ancestor process
 * that is a known agent. Either is enough, so a command that clears the variable is still
 * recognised by its ancestor. No option and no variable says "I am a human".
 *
 * <p>This is a convenience, not a boundary: a process that leaves its ancestors behind (a daemon, a
 * service manager, a container) and clears its environment is not recognised. A fence is what stops
 * such a process.
 *
 * <p>Marks that an editor also sets in the terminal of a person, such as those of Cursor, Zed and
 * Windsurf, do not count: they would refuse people their own secrets.
 *
 * <p>Thread-safe: stateless.
 */
public final class AgentDetector {
  private static final int MAX_ANCESTORS = 64;
  private static final int MAX_NAME = 40;

  /** Variable, name of the agent; the first one that is set and not empty decides. */
  private static final String[] MARKS = {
    "CLAUDECODE", "claude-code",
    "CLAUDE_CODE", "claude-code",
    "CLAUDE_CODE_ENTRYPOINT", "claude-code",
    "CURSOR_AGENT", "cursor",
    "CODEX_SANDBOX", "codex",
    "CODEX_SANDBOX_NETWORK_DISABLED", "codex",
    "CODEX_CI", "codex",
    "CODEX_THREAD_ID", "codex",
    "GEMINI_CLI", "gemini-cli",
    "QWEN_CODE", "qwen-code",
    "COPILOT_CLI", "copilot",
    "COPILOT_AGENT", "copilot",
    "COPILOT_MODEL", "copilot",
    "COPILOT_ALLOW_ALL", "copilot",
    "OPENCODE", "opencode",
    "OPENCODE_CLIENT", "opencode",
    "AMP_CURRENT_THREAD_ID", "amp",
    "CLINE_ACTIVE", "cline",
    "ROO_ACTIVE", "roo-code",
    "WINDSURF_AGENT", "windsurf",
    "GOOSE_TERMINAL", "goose",
    "JUNIE_AGENT", "junie",
    "AUGMENT_AGENT", "augment",
    "ZED_AGENT", "zed",
    "REPL_ID", "replit",
    "ANTIGRAVITY_AGENT", "antigravity",
    "TRAE_AI_SHELL_ID", "trae",
    "CRUSH", "crush",
    "OPENCLAW_SHELL", "openclaw",
    "PI_CODING_AGENT", "pi",
    "HERMES_SESSION_ID", "hermes",
  };

  /** Variables whose value names the agent. */
  private static final String[] NAMING_MARKS = {"AI_AGENT", "AGENT"};

  /** Base name of the program, name of the agent. */
  private static final String[] PROGRAMS = {
    "claude", "claude-code",
    "claude-code", "claude-code",
    "claude-code-acp", "claude-code",
    "cursor-agent", "cursor",
    "codex", "codex",
    "codex-acp", "codex",
    "gemini", "gemini-cli",
    "gemini-cli", "gemini-cli",
    "qwen", "qwen-code",
    "copilot", "copilot",
    "opencode", "opencode",
    "aider", "aider",
    "amp", "amp",
    "cline", "cline",
    "goose", "goose",
    "goosed", "goose",
    "junie", "junie",
    "auggie", "augment",
    "crush", "crush",
    "droid", "droid",
    "kiro-cli", "kiro",
    "openhands", "openhands",
    "swe-agent", "swe-agent",
    "plandex", "plandex",
    "devin", "devin",
    "openclaw", "openclaw",
  };

  /** Part of the path of a script that an interpreter runs, name of the agent. */
  private static final String[] SCRIPTS = {
    "/@anthropic-ai/claude-code/", "claude-code",
    "/@anthropic-ai/claude-agent-sdk/", "claude-code",
    "/@zed-industries/claude-code-acp/", "claude-code",
    "/cursor-agent/", "cursor",
    "/@openai/codex/", "codex",
    "/@google/gemini-cli/", "gemini-cli",
    "/@qwen-code/qwen-code/", "qwen-code",
    "/@github/copilot/", "copilot",
    "/opencode-ai/", "opencode",
    "/@sourcegraph/amp/", "amp",
    "/@ampcode/", "amp",
    "/@augmentcode/auggie/", "augment",
    "/@jetbrains/junie", "junie",
    "/openhands/", "openhands",
    "/aider/", "aider",
  };

  private AgentDetector() {}

  /**
   * The name of the agent above this process; empty for a human.
   *
   * @param environment the process environment
   * @param proc the folder of process information, normally {@code /proc}; when it cannot be read,
   *     only the environment counts
   */
  public static String detect(Map<String, String> environment, Path proc) {
    String byMark = byMark(environment);
    return byMark.isEmpty() ? byAncestor(proc) : byMark;
  }

  private static String byMark(Map<String, String> environment) {
    for (int i = 0; i < MARKS.length; i += 2) {
      if (isSet(environment.get(MARKS[i]))) {
        return MARKS[i + 1];
      }
    }
    // Aider has no mark of its own, but names itself to its model router in its own environment.
    if ("Aider".equals(environment.get("OR_APP_NAME"))) {
      return "aider";
    }
    for (String name : NAMING_MARKS) {
      String value = environment.get(name);
      if (value != null && isSet(value)) {
        return printable(value);
      }
    }
    return "";
  }

  private static boolean isSet(@org.jspecify.annotations.Nullable String value) {
    return value != null && !value.isEmpty() && !value.equals("0") && !value.equals("false");
  }

  /** The value comes from outside and ends up in the audit log and on terminals. */
  private static String printable(String value) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < value.length() && out.length() < MAX_NAME; i++) {
      char c = value.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '.'
              || c == '@'
              || c == '/';
      if (plain) {
        out.append(c);
      }
    }
    String text = out.toString();
    return text.isEmpty() || text.equals("1") || text.equals("true") ? "agent" : text;
  }

  private static String byAncestor(Path proc) {
    String stat = read(proc, "self/stat", 1024);
    for (int i = 0; i < MAX_ANCESTORS; i++) {
      int close = stat.lastIndexOf(')');
      int open = stat.indexOf('(');
      if (open < 0 || close < open) {
        return "";
      }
      String parent = parentOf(stat, close);
      if (parent.isEmpty() || parent.equals("0")) {
        return "";
      }
      stat = read(proc, parent + "/stat", 1024);
      String found = agentOf(proc, parent, stat);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }

  /** After the closing parenthesis come a space, the state letter, a space and the parent. */
  private static String parentOf(String stat, int close) {
    int from = close + 4;
    int to = from;
    while (to < stat.length() && stat.charAt(to) >= '0' && stat.charAt(to) <= '9') {
      to++;
    }
    return from < to ? stat.substring(from, to) : "";
  }

  private static String agentOf(Path proc, String pid, String stat) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    if (open >= 0 && close > open) {
      String byName = program(stat.substring(open + 1, close));
      if (!byName.isEmpty()) {
        return byName;
      }
    }
    // The first arguments only: the program, then options and the script of an interpreter. What
    // follows may be a prompt that merely mentions an agent.
    String line = read(proc, pid + "/cmdline", 4096);
    int from = 0;
    for (int i = 0; i < 4 && from < line.length(); i++) {
      int to = line.indexOf('\0', from);
      if (to < 0) {
        to = line.length();
      }
      String word = line.substring(from, to);
      String found = i == 0 ? program(baseName(word)) : script(word);
      if (!found.isEmpty()) {
        return found;
      }
      from = to + 1;
    }
    return "";
  }

  private static String program(String name) {
    for (int i = 0; i < PROGRAMS.length; i += 2) {
      if (PROGRAMS[i].equals(name)) {
        return PROGRAMS[i + 1];
      }
    }
    return "";
  }

  private static String script(String word) {
    if (word.isEmpty() || word.charAt(0) != '/') {
      return "";
    }
    for (int i = 0; i < SCRIPTS.length; i += 2) {
      if (word.contains(SCRIPTS[i])) {
        return SCRIPTS[i + 1];
      }
    }
    return word.contains("/bin/") ? program(baseName(word)) : "";
  }

  private static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The start of a file of the process folder; empty when the process is gone or hidden. */
  private static String read(Path proc, String name, int atMost) {
    try (FileInputStream in = new FileInputStream(proc + "/" + name)) {
      return new String(in.readNBytes(atMost), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
