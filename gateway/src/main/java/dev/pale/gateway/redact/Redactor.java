package dev.pale.gateway.redact;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.Masker;
import dev.pale.secrets.Matcher;
import dev.pale.secrets.Needles;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Puts the placeholder wherever a server's answer holds a real value, in any of the renderings that
 * {@link Needles} knows.
 *
 * <p>For each response: {@link #body} (which may refuse it as a whole), then {@link #head}, then
 * the body's bytes through the {@link BodyRedactor}.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>No rendering of a value passes in a reason phrase, a field value or a body, however it is
 *       split. A field whose name holds one is dropped.
 *   <li>What cannot be looked into is refused: codings other than gzip and deflate, damaged
 *       compressed data, parts that nobody asked for (206).
 *   <li>After {@link #close()} everything throws instead of passing.
 * </ul>
 *
 * <p>Values that are trivial for {@link Needles} are not looked for: see {@link #skipped()}.
 *
 * <p>Thread-safe; the tallies and body redactors are not.
 */
public final class Redactor implements AutoCloseable {
  /**
   * A body of known length up to this many bytes is meant to be collected, redacted and sent with
   * its new length; a longer one keeps its length.
   */
  public static final int COLLECTED_BYTES = 256 * 1024;

  private final Needles needles;

  /** By label: what stands for the value. */
  private final byte[][] placeholders;

  /** By label: the secrets that have this value. */
  private final SecretName[][] names;

  /** By label: how often it was found. */
  private final AtomicLongArray found;

  private final List<Skipped> skipped;

  /**
   * A value that is not looked for.
   *
   * @param name the secret
   * @param reason why
   */
  public record Skipped(SecretName name, Needles.Reason reason) {}

  /**
   * Builds the search.
   *
   * @param items values may occur under several names: then the first one's placeholder stands for
   *     them, and all are counted
   */
  public Redactor(List<Item> items) {
    List<Item> distinct = new ArrayList<>();
    List<List<SecretName>> shared = new ArrayList<>();
    for (Item item : items) {
      int at = indexOf(distinct, item.real());
      if (at < 0) {
        distinct.add(item);
        shared.add(new ArrayList<>(List.of(item.name())));
      } else if (!shared.get(at).contains(item.name())) {
        shared.get(at).add(item.name());
      }
    }
    Needles.Builder builder = Needles.builder();
    placeholders = new byte[distinct.size()][];
    names = new SecretName[distinct.size()][];
    found = new AtomicLongArray(distinct.size());
    for (int i = 0; i < distinct.size(); i++) {
      Item item = distinct.get(i);
      // Its number and not its name, which two values may have in common.
      builder.add(Integer.toString(i), item.real().bytes(Reveal.MASK));
      placeholders[i] = item.placeholder().getBytes(StandardCharsets.ISO_8859_1);
      names[i] = shared.get(i).toArray(SecretName[]::new);
    }
    needles = builder.build();
    List<Skipped> trivial = new ArrayList<>();
    for (Needles.Skipped each : needles.skipped()) {
      for (SecretName name : names[Integer.parseInt(each.label())]) {
        trivial.add(new Skipped(name, each.reason()));
      }
    }
    skipped = List.copyOf(trivial);
  }

  private static int indexOf(List<Item> items, SecretValue value) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).real().equals(value)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * What the server is asked to encode with: those of gzip and deflate that the client takes, else
   * {@code identity}.
   *
   * @param clients the client's {@code Accept-Encoding}, several joined by commas; null when it
   *     sent none
   */
  public static String acceptEncoding(@Nullable String clients) {
    return Codings.ask(clients);
  }

  /** Whether a response is a part of something: pieces could not be told from each other. */
  public static boolean isPartial(ResponseHead head) {
    if (head.status() == 206) {
      return true;
    }
    // Units other than bytes are for paging in a service's own way, whole answers each.
    String range = head.headers().first("content-range");
    if (range != null && head.status() != 416 && range.regionMatches(true, 0, "bytes", 0, 5)) {
      return true;
    }
    String type = head.headers().first("content-type");
    return type != null && type.regionMatches(true, 0, "multipart/byteranges", 0, 20);
  }

  /** Whether the body has a content coding, in whichever of several fields. */
  public static boolean isEncoded(ResponseHead head) {
    return Codings.declared(head.headers());
  }

  /** Whether nothing is looked for: bodies then pass as they are, still encoded. */
  public boolean isEmpty() {
    return needles.isEmpty();
  }

  /** Which values are not looked for, in the order of the items. */
  public List<Skipped> skipped() {
    return skipped;
  }

  /** How often a secret's value was found since the beginning, in all responses. */
  public long found(SecretName name) {
    long sum = 0;
    for (int label = 0; label < names.length; label++) {
      for (SecretName each : names[label]) {
        if (each.equals(name)) {
          sum += found.get(label);
        }
      }
    }
    return sum;
  }

  /**
   * The head as it goes on: reason and fields redacted, without the fields that speak of the
   * connection, lead around the gateway ({@code Alt-Svc}), or are wrong for the body as it goes on
   * (digests, {@code Accept-Ranges}, {@code Content-Encoding} when it is decoded).
   *
   * <p>{@code Content-Length} and {@code Transfer-Encoding} are not in it when a body follows:
   * whoever writes the head adds the framing that it uses. A {@code Content-Length} of a response
   * without a body (HEAD, 304) stays.
   */
  public ResponseHead head(ResponseHead head, Tally tally) {
    String reason = head.reason();
    if (!isEmpty() && !reason.isEmpty() && occursIn(reason)) {
      reason = text(reason, needles.masker(new Stand(this, tally, false)));
    }
    return new ResponseHead(
        head.status(), reason, head.minorVersion(), headers(head, tally), head.framing());
  }

  /** The fields of {@link #head}. */
  public Headers headers(ResponseHead head, Tally tally) {
    return redacted(HeadCleaner.clean(head, !isEmpty()), tally);
  }

  /** The fields of a trailer section, for those who asked for them. */
  public Headers trailers(Headers trailers, Tally tally) {
    return redacted(HeadCleaner.cleanTrailers(trailers), tally);
  }

  /**
   * What the body goes through.
   *
   * <p>Its length is kept when the head promises more than {@value #COLLECTED_BYTES} bytes and the
   * body is not decoded; else it may change.
   *
   * @throws Refusal 502 {@code undecodable-response} or {@code unasked-partial}, before anything
   *     has been passed on
   */
  public BodyRedactor body(ResponseHead head, Tally tally) {
    if (isEmpty() || head.framing() instanceof Framing.None) {
      return new BodyRedactor(null, null, tally, true);
    }
    if (isPartial(head)) {
      throw Refusal.of(
          502,
          "unasked-partial",
          "the server answered with a part, which nobody asked for",
          "the gateway asks for whole answers, because a secret could be split between parts");
    }
    Decoder decoder = Codings.decoder(head.headers());
    boolean keeps =
        decoder == null
            && head.framing() instanceof Framing.Length length
            && length.bytes() > COLLECTED_BYTES;
    return new BodyRedactor(decoder, needles.masker(new Stand(this, tally, keeps)), tally, keeps);
  }

  /**
   * Text for a log, with placeholders where values were.
   *
   * @param text ISO-8859-1, one character a byte
   */
  public String text(String text) {
    return isEmpty() || !occursIn(text)
        ? text
        : text(text, needles.masker(new Stand(this, new Tally(), false)));
  }

  /**
   * For streams that have no head of their own, such as messages of a web socket.
   *
   * @param keepsLength whether exactly as many bytes must come out as go in
   */
  public BodyRedactor stream(Tally tally, boolean keepsLength) {
    return isEmpty()
        ? new BodyRedactor(null, null, tally, true)
        : new BodyRedactor(
            null, needles.masker(new Stand(this, tally, keepsLength)), tally, keepsLength);
  }

  /** Zeroes what holds the values; afterwards bodies throw. Calling it twice is harmless. */
  @Override
  public void close() {
    needles.close();
  }

  @Override
  public String toString() {
    return "[redactor of " + names.length + " values]";
  }

  byte[] placeholder(int label) {
    return placeholders[label];
  }

  void found(int label, Tally tally) {
    found.incrementAndGet(label);
    tally.hit(names[label]);
  }

  /** Changes the fields in which something is found, which is next to never any. */
  private Headers redacted(Headers fields, Tally tally) {
    if (isEmpty() || !occursIn(fields)) {
      return fields;
    }
    Masker masker = needles.masker(new Stand(this, tally, false));
    Headers changed = new Headers();
    for (int i = 0; i < fields.size(); i++) {
      long before = tally.found();
      text(fields.name(i), masker);
      if (tally.found() == before) {
        changed.add(fields.name(i), text(fields.value(i), masker));
      }
    }
    return changed;
  }

  private boolean occursIn(Headers fields) {
    int length = 0;
    for (int i = 0; i < fields.size(); i++) {
      length += fields.name(i).length() + fields.value(i).length() + 2;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (int i = 0; i < fields.size(); i++) {
      at = append(fields.name(i), all, at);
      at = append(fields.value(i), all, at);
    }
    return occursIn(all);
  }

  private boolean occursIn(String text) {
    byte[] all = new byte[text.length() + 1];
    append(text, all, 0);
    return occursIn(all);
  }

  private boolean occursIn(byte[] all) {
    boolean[] any = new boolean[1];
    Matcher matcher = needles.matcher((label, start, end) -> any[0] = true);
    matcher.feed(all, 0, all.length);
    return any[0];
  }

  /** One byte a character, and a line end, which ends whatever escape sequence is open. */
  @SuppressWarnings("deprecation") // It is the one way without a copy, and exact for ISO-8859-1.
  private static int append(String text, byte[] to, int at) {
    text.getBytes(0, text.length(), to, at);
    to[at + text.length()] = '\n';
    return at + text.length() + 1;
  }

  private static String text(String text, Masker masker) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    StringBuilder out = new StringBuilder(bytes.length);
    masker.write(bytes, 0, bytes.length, (b, off, len) -> append(b, off, len, out));
    masker.finish((b, off, len) -> append(b, off, len, out));
    return out.toString();
  }

  /** A placeholder of several lines must not become several fields. */
  private static void append(byte[] b, int off, int len, StringBuilder out) {
    for (int i = off; i < off + len; i++) {
      char c = (char) (b[i] & 0xff);
      out.append(c == '\r' || c == '\n' || c == 0 ? ' ' : c);
    }
  }
}
