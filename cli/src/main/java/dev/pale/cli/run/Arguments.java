package dev.pale.cli.run;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command's arguments as the kernel has them. The JVM decodes arguments by the locale, which
 * damages what is not text in it; the child must get the caller's bytes.
 */
public final class Arguments {
  private Arguments() {}

  /**
   * The last arguments of this process.
   *
   * @param decoded the same arguments as the JVM sees them, for the case that /proc is not there
   * @param count how many
   */
  public static List<byte[]> lastOfProcess(List<String> decoded, int count) {
    byte[] all;
    try (FileInputStream in = new FileInputStream("/proc/self/cmdline")) {
      all = in.readAllBytes();
    } catch (IOException unreadable) {
      return encoded(decoded);
    }
    List<byte[]> arguments = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        arguments.add(Arrays.copyOfRange(all, start, i));
        start = i + 1;
      }
    }
    return arguments.size() < count
        ? encoded(decoded)
        : arguments.subList(arguments.size() - count, arguments.size());
  }

  private static List<byte[]> encoded(List<String> decoded) {
    List<byte[]> result = new ArrayList<>();
    for (String argument : decoded) {
      result.add(argument.getBytes(StandardCharsets.UTF_8));
    }
    return result;
  }
}
