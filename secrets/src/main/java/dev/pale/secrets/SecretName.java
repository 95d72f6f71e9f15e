package dev.pale.secrets;

import java.util.Locale;

/**
 * A secret's name, which is also the name of the environment variable: {@code
 * [A-Za-z_][A-Za-z0-9_]*}, 1 to 255 ASCII characters.
 *
 * <p>Names are no secrets: they are printed, logged and committed. Thread-safe: immutable.
 */
public record SecretName(String text) implements Comparable<SecretName> {
  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 255;

  /**
   * Variables that steer a loader, a shell, an interpreter or Pale itself: a secret of such a name
   * could run code in the child.
   */
  private static final String[] DANGEROUS = {
    "PATH",
    "HOME",
    "SHELL",
    "IFS",
    "ENV",
    "BASH_ENV",
    "BASH_FUNC",
    "PROMPT_COMMAND",
    "PS4",
    "SHELLOPTS",
    "BASHOPTS",
    "CDPATH",
    "GLOBIGNORE",
    "ZDOTDIR",
    "FPATH",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_EXTRA_CA_CERTS",
    "NODE_REPL_EXTERNAL_MODULE",
    "PYTHONSTARTUP",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONWARNINGS",
    "PYTHONBREAKPOINT",
    "PERL5LIB",
    "PERLLIB",
    "PERL5OPT",
    "PERL5DB",
    "RUBYOPT",
    "RUBYLIB",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "CLASSPATH",
    "JAVA_HOME",
    "MAVEN_OPTS",
    "GRADLE_OPTS",
    "DOTNET_STARTUP_HOOKS",
    "CORECLR_PROFILER",
    "COR_PROFILER",
    "LUA_INIT",
    "PHPRC",
    "PHP_INI_SCAN_DIR",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "LESSOPEN",
    "LESSCLOSE",
    "MANPAGER",
    "BROWSER",
    "SUDO_ASKPASS",
    "SSH_ASKPASS",
    "GCONV_PATH",
    "LOCPATH",
    "NLSPATH",
    "HOSTALIASES",
    "RES_OPTIONS",
    "TMPDIR",
    "TERMINFO",
    "TERMINFO_DIRS",
    "TERMCAP",
    "RUSTC_WRAPPER",
    "RUSTC",
    "RUSTFLAGS",
    "CARGO_HOME",
    "GOFLAGS",
    "CC",
    "CXX",
    "MAKEFLAGS",
    "GDBINIT",
    "PKEXEC_UID",
    "OPENSSL_CONF",
    "OPENSSL_ENGINES",
    "SSLKEYLOGFILE",
    "OPENSSL_MODULES",
    "VIMINIT",
    "EXINIT",
    "ERL_FLAGS",
    "ERL_AFLAGS",
    "ERL_ZFLAGS",
    "ELIXIR_ERL_OPTIONS",
    "R_PROFILE",
    "R_PROFILE_USER",
    "JULIA_LOAD_PATH",
    "GEM_HOME",
    "GEM_PATH",
    "XDG_CONFIG_HOME"
  };

  private static final String[] DANGEROUS_PREFIXES = {
    "LD_",
    "DYLD_",
    "GIT_",
    "BASH_FUNC_",
    "NPM_CONFIG_",
    "PALE_",
    "GLIBC_",
    "MALLOC_",
    "CARGO_TARGET_",
    "CARGO_BUILD_RUSTC"
  };

  public SecretName {
    if (!isValid(text)) {
      throw PaleException.usage(
          101,
          "not a secret name: " + shown(text),
          "a name is letters, digits and _, does not start with a digit, and has at most "
              + MAX_LENGTH
              + " characters",
          "use a name such as DATABASE_URL");
    }
  }

  /** A name from text; refuses what is not one with error 101. */
  public static SecretName of(String text) {
    return new SecretName(text);
  }

  /** Whether the text is a name; never throws. */
  public static boolean isValid(String text) {
    int length = text.length();
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a variable of this name steers a loader, an interpreter or Pale, in any letter case.
   */
  public boolean isDangerous() {
    String upper = text.toUpperCase(Locale.ROOT);
    for (String prefix : DANGEROUS_PREFIXES) {
      if (upper.startsWith(prefix)) {
        return true;
      }
    }
    for (String name : DANGEROUS) {
      if (upper.equals(name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int compareTo(SecretName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }

  /** A refused name may be a value pasted in the wrong place, so little of it is shown. */
  private static String shown(String text) {
    if (text.isEmpty()) {
      return "(empty)";
    }
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), 4); i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 127 ? c : '?');
    }
    return out.append(text.length() > 4 ? "…' (" + text.length() + " characters)" : "'").toString();
  }
}
