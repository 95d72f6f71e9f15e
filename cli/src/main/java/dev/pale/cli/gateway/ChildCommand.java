package dev.pale.cli.gateway;

import dev.pale.cli.run.Arguments;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The words of the command as bytes: as the kernel has them, where this process was so called. */
final class ChildCommand {
  private ChildCommand() {}

  static List<byte[]> of(List<String> words) {
    List<byte[]> raw = Arguments.lastOfProcess(words, words.size());
    Charset here =
        Charset.forName(System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name()));
    List<byte[]> own = new ArrayList<>();
    boolean same = true;
    for (int i = 0; i < words.size(); i++) {
      own.add(words.get(i).getBytes(StandardCharsets.UTF_8));
      same &= new String(raw.get(i), here).equals(words.get(i));
    }
    return same ? raw : own;
  }
}
