package dev.pale.formats.dotenv;

import java.util.List;

/** What {@code init} leaves in the repository instead of a {@code .env} file. */
public final class EnvExample {
  private EnvExample() {}

  /**
   * The text of {@code .env.example}: names and harmless comments, never a value. A comment line
   * that holds {@code =} or a long token is dropped.
   */
  public static String of(DotenvFile file) {
    return "";
  }

  /**
   * A {@code .gitignore} with these lines added where they are missing; what is there stays.
   *
   * @param existing the text now, empty when there is no file
   * @param lines for instance {@code .env} and {@code !.env.example}
   */
  public static String mergeGitignore(String existing, List<String> lines) {
    return existing;
  }
}
