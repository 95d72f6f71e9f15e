package dev.pale.formats.foreign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What another tool's file says. Built by one reader, then not changed; closing wipes the values.
 */
public final class ForeignFile implements AutoCloseable {
  private final ForeignKind kind;
  private final List<ForeignSecret> secrets = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private String project = "";
  private String environment = "";

  ForeignFile(ForeignKind kind) {
    this.kind = kind;
  }

  void add(ForeignSecret secret) {
    secrets.add(secret);
  }

  void note(String text) {
    notes.add(text);
  }

  void project(String name) {
    project = name;
  }

  void environment(String name) {
    environment = name;
  }

  /** Whose file it is. */
  public ForeignKind kind() {
    return kind;
  }

  /** The project's name there; may be empty. */
  public String project() {
    return project;
  }

  /** The environment that holds when nobody names one; may be empty. */
  public String environment() {
    return environment;
  }

  /** What a person should know: what was left out and why. Never a value. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** All variables, in the order of the file. */
  public List<ForeignSecret> secrets() {
    return List.copyOf(secrets);
  }

  /** The environments that it names, in the order of the file. */
  public List<String> environments() {
    return secrets.stream()
        .map(ForeignSecret::environment)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  /** The variables of one environment: what is said for it wins over what is said for all. */
  public List<ForeignSecret> of(String wanted) {
    Map<String, ForeignSecret> found = new LinkedHashMap<>();
    for (String each : List.of("", wanted)) {
      for (ForeignSecret secret : secrets) {
        if (secret.environment().equals(each)) {
          found.put(secret.name().text(), secret);
        }
      }
    }
    return List.copyOf(found.values());
  }

  /** A variable by its name for one environment. */
  public Optional<ForeignSecret> find(String name, String wanted) {
    return of(wanted).stream().filter(secret -> secret.name().text().equals(name)).findFirst();
  }

  @Override
  public void close() {
    secrets.forEach(ForeignSecret::close);
  }
}
