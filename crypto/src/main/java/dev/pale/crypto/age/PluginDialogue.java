package dev.pale.crypto.age;

import java.util.Optional;

/**
 * How a plugin speaks with the person. What it says was not checked: whoever shows it must make
 * control characters visible.
 */
public interface PluginDialogue {
  /** Tells something. */
  void message(String plugin, String text);

  /**
   * Asks to choose.
   *
   * @param yes the label of the first choice
   * @param no the label of the second; empty when there is only one
   * @return whether the first was chosen; empty when there is nobody to ask
   */
  Optional<Boolean> confirm(String plugin, String text, String yes, Optional<String> no);

  /**
   * Asks for a value.
   *
   * @param secret whether it is hidden while typed
   * @return a new array, which is wiped; empty when there is nobody to ask
   */
  Optional<byte[]> ask(String plugin, String text, boolean secret);
}
