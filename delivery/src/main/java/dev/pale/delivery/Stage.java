package dev.pale.delivery;

import dev.pale.system.Descriptors;
import dev.pale.system.Hardening;
import dev.pale.system.ProcessReplacer;
import dev.pale.system.ProgramImage;
import dev.pale.system.SignalState;
import dev.pale.system.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last step before a program on a terminal of its own: below the job-control shell, reads from
 * an inherited pipe what to run, and lets itself be replaced by it.
 *
 * <p>It exists because shells change an environment that passes through them: they drop or rewrite
 * names that are not theirs, and some run code that variables name. The shell here gets none.
 *
 * <p>Arguments: the descriptor of the pipe with the start, that of the pipe for the answer, and
 * that of the program's standard error (the shell's own is nowhere, so that it cannot say
 * anything).
 */
public final class Stage {
  /** Sent when this side's end of the answer pipe is open; what follows is an error number. */
  static final byte READY = 'r';

  private Stage() {}

  /** Never returns normally. */
  public static void main(String[] arguments) {
    Hardening.closeDoors();
    int input = Integer.parseInt(arguments[0]);
    int answer = Integer.parseInt(arguments[1]);
    int error = Integer.parseInt(arguments[2]);
    // We hold the reading end; opened this way it is a writing end that only we have, and that the
    // kernel closes when the program takes over.
    int writer =
        Descriptors.open(("/proc/self/fd/" + answer).getBytes(StandardCharsets.US_ASCII), 1);
    Descriptors.close(answer);
    ByteBuffer reply = Descriptors.buffer(8);
    reply.put(READY).flip();
    Descriptors.writeFully(writer, reply);
    byte[] blob = readAll(input);
    Descriptors.close(input);
    Descriptors.duplicateTo(error, 2);
    Descriptors.close(error);
    int errno = run(ByteBuffer.wrap(blob));
    reply.clear();
    reply.order(java.nio.ByteOrder.BIG_ENDIAN).putInt(errno).flip();
    Descriptors.writeFully(writer, reply);
    Runtime.getRuntime().halt(125);
  }

  private static int run(ByteBuffer blob) {
    SignalState signals = new SignalState(blob.getLong(), blob.getLong());
    byte[] file = text(blob);
    List<byte[]> command = texts(blob);
    List<byte[]> environment = texts(blob);
    OwnDescriptors.hide();
    try (ProgramImage image = ProgramImage.of(command, environment)) {
      throw ProcessReplacer.replace(file, image, signals);
    } catch (SystemCallException e) {
      return e.errno();
    }
  }

  /** The start as bytes: signals, file, arguments, environment. The caller wipes it. */
  static ByteBuffer blob(
      SignalState signals, byte[] file, List<byte[]> command, List<byte[]> environment) {
    int size = 16 + 4 + file.length + size(command) + size(environment);
    ByteBuffer blob = ByteBuffer.allocateDirect(size);
    blob.putLong(signals.ignored()).putLong(signals.blocked());
    put(blob, file);
    put(blob, command);
    put(blob, environment);
    return blob.flip();
  }

  private static int size(List<byte[]> texts) {
    int size = 4;
    for (byte[] text : texts) {
      size += 4 + text.length;
    }
    return size;
  }

  private static void put(ByteBuffer blob, List<byte[]> texts) {
    blob.putInt(texts.size());
    for (byte[] text : texts) {
      put(blob, text);
    }
  }

  private static void put(ByteBuffer blob, byte[] text) {
    blob.putInt(text.length).put(text);
  }

  private static byte[] text(ByteBuffer blob) {
    byte[] text = new byte[blob.getInt()];
    blob.get(text);
    return text;
  }

  private static List<byte[]> texts(ByteBuffer blob) {
    int count = blob.getInt();
    List<byte[]> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text(blob));
    }
    return texts;
  }

  private static byte[] readAll(int fd) {
    ByteBuffer buffer = Descriptors.buffer(1 << 16);
    byte[] all = new byte[1 << 16];
    int length = 0;
    int n = Descriptors.read(fd, buffer);
    while (n > 0) {
      if (length + n > all.length) {
        all = Arrays.copyOf(all, 2 * all.length);
      }
      buffer.get(0, all, length, n);
      length += n;
      n = Descriptors.read(fd, buffer);
    }
    return all;
  }
}
