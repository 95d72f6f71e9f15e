package dev.pale.cli.age;

import dev.pale.cli.context.Context;
import dev.pale.secrets.PaleException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is encrypted or decrypted: a file, or standard input. */
final class AgeInput {
  static final String STANDARD = "-";

  private final Context context;
  private final @Nullable Path file;

  private AgeInput(Context context, @Nullable Path file) {
    this.context = context;
    this.file = file;
  }

  static AgeInput of(Context context, Optional<String> name) {
    return new AgeInput(
        context,
        name.filter(text -> !text.equals(STANDARD)).map(context.cwd()::resolve).orElse(null));
  }

  boolean isStandardInput() {
    return file == null;
  }

  boolean isSameAs(Path other) throws IOException {
    return file != null
        && Files.exists(file)
        && Files.exists(other)
        && Files.isSameFile(file, other);
  }

  InputStream open() {
    Path named = file;
    if (named == null) {
      // Not ours to close.
      return new FilterInputStream(context.in()) {
        @Override
        public void close() {}
      };
    }
    if (Files.isDirectory(named)) {
      throw PaleException.of(279, named + " is a folder", "", "name a file");
    }
    try {
      return Files.newInputStream(named);
    } catch (IOException e) {
      throw PaleException.of(
          279,
          "cannot read " + named,
          Files.exists(named) ? "permission denied" : "there is no such file",
          "check the path",
          e);
    }
  }

  @Override
  public String toString() {
    return file == null ? "standard input" : file.toString();
  }
}
