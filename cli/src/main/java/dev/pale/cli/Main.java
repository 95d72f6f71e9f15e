package dev.pale.cli;

/** The process's entry. */
public final class Main {
  private Main() {}

  /** Runs a command. */
  public static void main(String[] args) {
    System.out.println("pale");
  }
}
