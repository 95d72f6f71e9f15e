package dev.pale.gateway.websocket;

import static dev.pale.gateway.websocket.Frames.FIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.redact.Item;
import dev.pale.gateway.redact.Redactor;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.websocket.Frames.Frame;
import dev.pale.gateway.websocket.Frames.Message;
import dev.pale.secrets.Masker;
import dev.pale.secrets.Needles;
import dev.pale.secrets.Out;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WebSocketRelayTest {
  private static final String REAL = "xoxb-r3al-v4lue";
  private static final String FAKE = "xoxb-fake-00000000";
  private static final int TEXT = FIN | 1;
  private static final int BINARY = FIN | 2;
  private static final int CLOSE = FIN | 8;
  private static final int PING = FIN | 9;

  private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
  private final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
  private final Tally tally = new Tally();

  /** Passes what holds no placeholder; holds back what may become one, as the real guard does. */
  private static final class FakeGuard implements MessageGuard {
    private final Masker masker =
        Needles.builder()
            .addExact("FAKE", FAKE.getBytes(StandardCharsets.UTF_8))
            .build()
            .masker((label, length, sink) -> {
              throw Refusal.alarm(403, "placeholder-wrong-slot", "in a message", "");
            });

    @Override
    public void write(byte[] b, int off, int len, Out sink) {
      masker.write(b, off, len, sink);
    }

    @Override
    public void finish(Out sink) {
      masker.finish(sink);
    }
  }

  @Test
  void messagesKeepTheirBoundariesAndKinds() throws IOException {
    byte[] in =
        Frames.ofServer()
            .add(TEXT, "one")
            .add(1, "tw")
            .add(PING, "are you there")
            .add(0, "")
            .add(FIN, "o")
            .add(BINARY, new byte[] {0, 1, 2})
            .add(TEXT, "")
            .add(CLOSE, new byte[] {3, (byte) 0xe8, 'b', 'y', 'e'})
            .add(TEXT, "after the end")
            .bytes();

    assertThat(down(in)).isEqualTo(WebSocketRelay.End.CLOSED);
    assertThat(Frames.messages(toClient.toByteArray()))
        .containsExactly(
            new Message(1, "one"),
            new Message(9, "are you there"),
            new Message(1, "two"),
            new Message(2, "\0\1\2"),
            new Message(1, ""),
            new Message(8, "\3\u00e8bye"));
    assertThat(Frames.read(toClient.toByteArray())).noneMatch(Frame::masked);
  }

  @Test
  void framesToTheServerAreMaskedEachInItsOwnWay() throws IOException {
    Frames in = Frames.ofClient();
    for (int i = 0; i < 200; i++) {
      in.add(TEXT, "hello");
    }
    assertThat(up(in.bytes(), null)).isEqualTo(WebSocketRelay.End.DROPPED);
    Set<Integer> masks = new HashSet<>();
    for (Frame frame : Frames.read(toServer.toByteArray())) {
      assertThat(frame.masked()).isTrue();
      assertThat(frame.text()).isEqualTo("hello");
      masks.add(frame.mask());
    }
    assertThat(masks).hasSizeGreaterThan(198);
  }

  @Test
  void valuesFromTheServerAreReplacedAcrossFragmentsAndInControlFrames() throws IOException {
    byte[] in =
        Frames.ofServer()
            .add(TEXT, "{\"token\":\"" + REAL + "\"}")
            .add(2, "a" + REAL.substring(0, 4))
            .add(PING, "p" + REAL)
            .add(FIN, REAL.substring(4) + "z")
            .add(CLOSE, "\fA" + REAL)
            .bytes();

    down(in);

    assertThat(Frames.messages(toClient.toByteArray()))
        .containsExactly(
            new Message(1, "{\"token\":\"" + FAKE + "\"}"),
            new Message(9, "p" + FAKE.substring(0, REAL.length())),
            new Message(2, "a" + FAKE + "z"),
            new Message(8, "\fA" + FAKE.substring(0, REAL.length())));
    assertThat(tally.found()).isEqualTo(4);
  }

  @Test
  void aPlaceholderOnItsWayOutEndsBothSides() {
    byte[] in =
        Frames.ofClient()
            .add(TEXT, "fine")
            .add(1, "not " + FAKE.substring(0, 9))
            .add(FIN, FAKE.substring(9))
            .add(TEXT, "later")
            .bytes();

    assertThatThrownBy(() -> up(in, null))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.code()).isEqualTo("placeholder-wrong-slot"));
    List<Message> server = Frames.messages(toServer.toByteArray());
    assertThat(server.getFirst()).isEqualTo(new Message(1, "fine"));
    assertThat(server).contains(new Message(8, "\3\u00f0"));
    assertThat(server.toString()).doesNotContain(FAKE, "later");
    assertThat(Frames.messages(toClient.toByteArray()))
        .containsExactly(new Message(8, "\3\u00f0placeholder-wrong-slot"));
  }

  @Test
  void aPlaceholderInAPingOrACloseEndsItToo() {
    assertThatThrownBy(() -> up(Frames.ofClient().add(PING, FAKE).bytes(), null))
        .isInstanceOf(Refusal.class);
    toServer.reset();
    assertThatThrownBy(() -> up(Frames.ofClient().add(CLOSE, "\fA" + FAKE).bytes(), null))
        .isInstanceOf(Refusal.class);
    assertThat(Frames.messages(toServer.toByteArray())).containsExactly(new Message(8, "\3\u00f0"));
  }

  @Test
  void whereTheServiceAsksForItTextIsSubstitutedWhole() throws IOException {
    byte[] in =
        Frames.ofClient()
            .add(1, "{\"op\":2,\"token\":\"" + FAKE.substring(0, 5))
            .add(PING, "x")
            .add(FIN, FAKE.substring(5) + "\"}")
            .add(BINARY, "bytes")
            .bytes();
    List<byte[]> given = new ArrayList<>();

    up(
        in,
        text -> {
          given.add(text);
          return new String(text, StandardCharsets.UTF_8)
              .replace(FAKE, REAL)
              .getBytes(StandardCharsets.UTF_8);
        });

    assertThat(Frames.messages(toServer.toByteArray()))
        .containsExactly(
            new Message(9, "x"),
            new Message(1, "{\"op\":2,\"token\":\"" + REAL + "\"}"),
            new Message(2, "bytes"));
    assertThat(given).hasSize(1);
    assertThat(given.getFirst()).containsOnly(0);
  }

  @Test
  void textTooLongForSubstitutionIsRefused() {
    byte[] in =
        Frames.ofClient()
            .add(1, "x".repeat(WebSocketRelay.SUBSTITUTED_BYTES))
            .add(FIN, "y")
            .bytes();
    assertThatThrownBy(() -> up(in, text -> text))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.code()).isEqualTo("message-too-long"));
    assertThat(Frames.messages(toServer.toByteArray())).containsExactly(new Message(8, "\3\u00f1"));
  }

  @Test
  void badFramesEndBothSidesWithAProtocolError() {
    byte[] key = {1, 2, 3, 4};
    List<byte[]> bad =
        List.of(
            Frames.ofClient().add(FIN | 0x40 | 1, "rsv1").bytes(),
            Frames.ofClient().add(FIN | 0x20 | 1, "rsv2").bytes(),
            Frames.ofClient().add(FIN | 0x10 | 1, "rsv3").bytes(),
            Frames.ofClient().add(FIN | 3, "reserved").bytes(),
            Frames.ofClient().add(FIN | 11, "reserved").bytes(),
            Frames.ofClient().add(9, "fragmented ping").bytes(),
            Frames.ofClient().add(PING, new byte[126]).bytes(),
            Frames.ofClient().add(FIN, "goes on with nothing").bytes(),
            Frames.ofClient().add(1, "begins").add(TEXT, "begins again").bytes(),
            Frames.ofClient().add(TEXT, new byte[5], 2).bytes(),
            Frames.ofClient().add(TEXT, new byte[300], 8).bytes(),
            Frames.ofClient().raw(TEXT, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0).raw(1, 2, 3, 4).bytes(),
            Frames.ofServer().add(TEXT, "not masked").bytes(),
            Frames.ofClient().add(CLOSE, key, 1).bytes(),
            Frames.ofClient().add(CLOSE, new byte[1]).bytes(),
            Frames.ofClient().add(CLOSE, new byte[] {3, (byte) 0xed}).bytes(),
            Frames.ofClient().add(CLOSE, new byte[] {3, (byte) 0xe8, (byte) 0xff}).bytes());
    for (byte[] in : bad) {
      toServer.reset();
      toClient.reset();
      assertThatThrownBy(() -> up(in, null))
          .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.code()).isEqualTo("bad-frame"));
      assertThat(Frames.messages(toServer.toByteArray()).getLast().bytes()).isEqualTo("\3\u00ea");
      assertThat(Frames.messages(toClient.toByteArray()))
          .containsExactly(new Message(8, "\3\u00eabad-frame"));
    }
    assertThatThrownBy(() -> down(Frames.ofClient().add(TEXT, "masked").bytes()))
        .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.status()).isEqualTo(502));
  }

  @Test
  void aStreamThatEndsInsideAFrameIsAnError() {
    byte[] whole = Frames.ofServer().add(TEXT, "x".repeat(300)).bytes();
    for (int cut : new int[] {1, 2, 3, 4, 200}) {
      assertThatThrownBy(() -> down(java.util.Arrays.copyOf(whole, cut)))
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void whatArrivesSlowlyGoesOnAsItArrives() throws Exception {
    PipedOutputStream server = new PipedOutputStream();
    PipedInputStream fromServer = new PipedInputStream(server, 4096);
    PipedInputStream client = new PipedInputStream(4096);
    PipedOutputStream toPipe = new PipedOutputStream(client);
    WebSocketRelay relay =
        new WebSocketRelay(
            InputStream.nullInputStream(), toPipe, fromServer, toServer, new SecureRandom());
    Redactor redactor = redactor();
    Thread thread =
        Thread.startVirtualThread(() -> {
          try {
            relay.serverToClient(redactor, tally);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    byte[] frame = Frames.ofServer().add(TEXT, "first half, second " + REAL).bytes();
    server.write(frame, 0, 13);
    server.flush();
    byte[] seen = client.readNBytes(2 + 11);
    assertThat(Frames.read(seen).getFirst()).satisfies(f -> assertThat(f.fin()).isFalse());
    assertThat(Frames.read(seen).getFirst().text()).isEqualTo("first half,");
    server.write(frame, 13, frame.length - 13);
    server.close();
    thread.join();
    toPipe.close();
    assertThat(Frames.read(client.readAllBytes()))
        .extracting(Frame::text)
        .containsExactly(" second " + FAKE);
  }

  @Test
  void aMessageOf64MebibytesPassesInConstantMemory() throws IOException {
    long length = 64L * 1024 * 1024;
    byte[] head = new byte[10];
    head[0] = (byte) BINARY;
    head[1] = 127;
    for (int i = 0; i < 8; i++) {
      head[2 + i] = (byte) (length >>> (56 - 8 * i));
    }
    InputStream endless =
        new java.io.SequenceInputStream(
            new ByteArrayInputStream(head),
            new InputStream() {
              private long left = length;

              @Override
              public int read() {
                return left-- > 0 ? 7 : -1;
              }

              @Override
              public int read(byte[] b, int off, int len) {
                int n = (int) Math.min(len, left);
                left -= n;
                java.util.Arrays.fill(b, off, off + n, (byte) 7);
                return n == 0 ? -1 : n;
              }
            });
    long[] most = new long[2];
    java.io.OutputStream counting =
        new java.io.OutputStream() {
          @Override
          public void write(int b) {
            most[1]++;
          }

          @Override
          public void write(byte[] b, int off, int len) {
            most[0] = Math.max(most[0], len);
            most[1] += len;
          }
        };
    new WebSocketRelay(
            InputStream.nullInputStream(), counting, endless, toServer, new SecureRandom())
        .serverToClient(redactor(), tally);
    assertThat(tally.bytes()).isEqualTo(length);
    assertThat(most[0]).isLessThan(64 * 1024);
    assertThat(most[1]).isBetween(length, length + length / 1000);
  }

  @Property(tries = 400)
  void howeverMessagesAreFragmentedTheyArriveWhole(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<Message> sent = new ArrayList<>();
    Frames client = Frames.ofClient();
    Frames server = Frames.ofServer();
    List<Message> clean = new ArrayList<>();
    for (int m = 0; m < 6; m++) {
      StringBuilder text = new StringBuilder();
      StringBuilder redacted = new StringBuilder();
      for (int i = random.nextInt(5); i >= 0; i--) {
        String piece =
            switch (random.nextInt(4)) {
              case 0 -> REAL;
              case 1 -> REAL.substring(0, random.nextInt(REAL.length()));
              case 2 -> "";
              default -> "y".repeat(random.nextInt(300) * random.nextInt(300));
            };
        text.append('|').append(piece);
        redacted.append('|').append(piece.equals(REAL) ? FAKE : piece);
      }
      int opcode = 1 + random.nextInt(2);
      sent.add(new Message(opcode, text.toString()));
      clean.add(new Message(opcode, redacted.toString()));
      fragments(random, opcode, text.toString(), List.of(client, server));
    }

    assertThat(up(trickle(client.bytes(), random), null)).isEqualTo(WebSocketRelay.End.DROPPED);
    assertThat(withoutControls(toServer)).isEqualTo(sent);
    assertThat(down(trickle(server.bytes(), random))).isEqualTo(WebSocketRelay.End.DROPPED);
    assertThat(withoutControls(toClient)).isEqualTo(clean);
    toClient.reset();
    toServer.reset();
  }

  private static List<Message> withoutControls(ByteArrayOutputStream out) {
    return Frames.messages(out.toByteArray()).stream().filter(m -> m.opcode() < 8).toList();
  }

  private static void fragments(Random random, int opcode, String text, List<Frames> targets) {
    int at = 0;
    int first = opcode;
    while (true) {
      int n = Math.min(text.length() - at, random.nextInt(1 + text.length()));
      boolean last = at + n == text.length() && random.nextBoolean();
      String part = text.substring(at, at + n);
      boolean ping = random.nextInt(3) == 0;
      for (Frames target : targets) {
        target.add(first | (last ? FIN : 0), part);
        if (ping) {
          target.add(PING, "p");
        }
      }
      first = 0;
      at += n;
      if (last) {
        return;
      }
    }
  }

  /** A stream that gives as many bytes as it likes, and says as it likes that there are more. */
  private static InputStream trickle(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] b, int off, int len) {
        return super.read(b, off, Math.min(len, 1 + random.nextInt(400)));
      }

      @Override
      public synchronized int available() {
        return random.nextBoolean() ? super.available() : 0;
      }
    };
  }

  private WebSocketRelay.End up(byte[] in, @Nullable TextSubstitution text) throws IOException {
    return up(new ByteArrayInputStream(in), text);
  }

  private WebSocketRelay.End up(InputStream in, @Nullable TextSubstitution text)
      throws IOException {
    return new WebSocketRelay(
            in, toClient, InputStream.nullInputStream(), toServer, new SecureRandom())
        .clientToServer(new FakeGuard(), new FakeGuard(), text);
  }

  private WebSocketRelay.End down(byte[] in) throws IOException {
    return down(new ByteArrayInputStream(in));
  }

  private WebSocketRelay.End down(InputStream in) throws IOException {
    return new WebSocketRelay(
            InputStream.nullInputStream(), toClient, in, toServer, new SecureRandom())
        .serverToClient(redactor(), tally);
  }

  private static Redactor redactor() {
    byte[] real = REAL.getBytes(StandardCharsets.UTF_8);
    return new Redactor(
        List.of(new Item(new SecretName("BOT"), SecretValue.copyOf("BOT", real), FAKE)));
  }
}
