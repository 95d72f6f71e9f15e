package dev.pale.gateway.inject;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.HttpOutput;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.Reveal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request that was examined: writes it with the real values in their slots, and keeps
 * everything else of them from leaving with its body.
 *
 * <p>Target and fields can be written several times. Not thread-safe.
 */
public final class Injection {
  /** The user's half of Basic credentials that are put into a request without any. */
  private static final String ABSENT_USER = "x-access-token";

  private final Examiner examiner;
  private final Authority authority;
  private final boolean tls;
  private final RequestHead request;
  private final List<Placement> placements;
  private final List<Placement> additions;
  private final @Nullable BasicBlob basic;
  private final List<Binding> bodyBindings;
  private List<Placement> bodyPlacements = List.of();

  Injection(
      Examiner examiner,
      Authority authority,
      boolean tls,
      RequestHead request,
      List<Placement> placements,
      List<Placement> additions,
      @Nullable BasicBlob basic,
      List<Binding> bodyBindings) {
    this.examiner = examiner;
    this.authority = authority;
    this.tls = tls;
    this.request = request;
    this.placements = placements;
    this.additions = additions;
    this.basic = basic;
    this.bodyBindings = bodyBindings;
  }

  /** Whether no secret goes along; known once {@link #editBody} was called, where it is wanted. */
  public boolean isEmpty() {
    return placements.isEmpty() && additions.isEmpty() && bodyPlacements.isEmpty();
  }

  /**
   * The secrets that go along and their slots; those of the body once {@link #editBody} was called.
   */
  public List<Use> uses() {
    if (isEmpty()) {
      return List.of();
    }
    List<Use> uses = new ArrayList<>(2);
    for (List<Placement> some : List.of(placements, additions, bodyPlacements)) {
      for (Placement each : some) {
        uses.add(each.use());
      }
    }
    return Collections.unmodifiableList(uses);
  }

  /** Whether the body may have a slot, so that it must be given to {@link #editBody} as a whole. */
  public boolean wantsWholeBody() {
    return !bodyBindings.isEmpty() && (isJson() || isForm());
  }

  private boolean isJson() {
    return contentType().contains("json");
  }

  private boolean isForm() {
    return contentType().startsWith("application/x-www-form-urlencoded");
  }

  private String contentType() {
    String type = request.headers().first("content-type");
    return type == null ? "" : type.toLowerCase(Locale.ROOT);
  }

  private BitSet taken(List<Placement> more) {
    BitSet taken = new BitSet();
    for (Placement each : placements) {
      taken.set(each.group().index);
    }
    for (Placement each : more) {
      taken.set(each.group().index);
    }
    return taken;
  }

  /**
   * The guard for this request's body. One connection has one: it is good until the next call of
   * this or of {@link #editBody}, {@link #editText} or {@link Examiner#examine}.
   */
  public BodyGuard guard() {
    return guard("the body", List.of(), true);
  }

  /**
   * A guard of its own for messages of a WebSocket from the client: of the kind that does not know
   * compression, reset after each message.
   */
  public BodyGuard messageGuard() {
    return examiner.newGuard().begin(authority, tls, "", "a message", new BitSet());
  }

  /** The secrets that text messages may carry here. */
  public List<Use> textUses() {
    return examiner.textUses(authority, tls);
  }

  /** Whether a text message may have a slot here, so that it must go through {@link #editText}. */
  public boolean hasTextSlot() {
    return examiner.hasTextSlot(authority, tls);
  }

  private BodyGuard guard(String place, List<Placement> more, boolean coded) {
    String coding = coded ? request.headers().first("content-encoding") : null;
    return examiner.guard().begin(authority, tls, coding == null ? "" : coding, place, taken(more));
  }

  /**
   * Looks through a whole body, and puts the real values into its slots.
   *
   * @param body not changed
   * @return the same array when there is nothing to put in; else a new one, which holds real values
   * @throws Refusal as {@link Examiner#examine}; 400 {@code bad-json-body}
   */
  public byte[] editBody(byte[] body) {
    bodyPlacements = List.of();
    return edit(body, "the body", wantsWholeBody() ? finder()::inBody : some -> List.of());
  }

  /**
   * Looks through a text message of a WebSocket from the client, and puts the real values where a
   * binding has {@link Slot.WebSocketText}: each once in a message. In a message that looks like
   * JSON, the value is written as the inside of a JSON text.
   *
   * @return the same array when there is nothing to put in
   * @throws Refusal as {@link Examiner#examine}
   */
  public byte[] editText(byte[] message) {
    bodyPlacements = List.of();
    return edit(message, "a message", finder()::inMessage);
  }

  private BodyFinder finder() {
    return new BodyFinder(examiner, authority, tls, bodyBindings, isJson());
  }

  private byte[] edit(
      byte[] body, String place, java.util.function.Function<byte[], List<Placement>> places) {
    boolean coded = place.equals("the body");
    Refusal why;
    try {
      guard(place, List.of(), coded).check(body);
      return body;
    } catch (Refusal refusal) {
      if (!refusal.isAlarm() || refusal.code().equals("secret-leaving")) {
        throw refusal;
      }
      why = refusal;
    }
    List<Placement> found = new ArrayList<>(places.apply(body));
    if (found.isEmpty()) {
      throw why;
    }
    found.sort(Comparator.comparingInt(Placement::from));
    List<Placement> all = new ArrayList<>(placements);
    all.addAll(found);
    Examiner.requireOnce(all);
    byte[] rest = body.clone();
    for (Placement each : found) {
      if (!each.binding().fits(each.slot())) {
        throw Alarms.unfit(each.group().name, each.slot().text());
      }
      Arrays.fill(rest, each.from(), each.to(), (byte) 0);
    }
    guard(place, found, coded).check(rest);
    bodyPlacements = found;
    return BodyFinder.write(body, found);
  }

  /**
   * Looks through a request's trailers: they have no slots.
   *
   * @throws Refusal as {@link Examiner#examine}
   */
  public void examineTrailers(Headers trailers) {
    for (int i = 0; i < trailers.size(); i++) {
      byte[] text =
          (trailers.name(i) + "\n" + trailers.value(i)).getBytes(StandardCharsets.ISO_8859_1);
      guard("a trailer", List.of(), false).check(text);
      if (Placeholders.find(text, 0, text.length) >= 0) {
        throw Alarms.unknown("a trailer");
      }
    }
  }

  /** Writes the request target with the real values in place. */
  public void writeTarget(HttpOutput out) {
    String target = request.target();
    int at = 0;
    for (Placement each : inTarget()) {
      out.ascii(target.substring(at, each.from()));
      if (each.slot() instanceof Slot.Path path) {
        out.ascii(path.prefix());
      }
      writeEncoded(out, each, each.slot() instanceof Slot.Path ? ":@" : "");
      at = each.to();
    }
    out.ascii(at == 0 ? target : target.substring(at));
    boolean query = target.indexOf('?') >= 0;
    for (Placement each : additions) {
      if (each.slot() instanceof Slot.Query parameter) {
        byte[] name = parameter.name().getBytes(StandardCharsets.UTF_8);
        byte[] encoded = Parameters.encode(name, "");
        out.ascii(query ? "&" : "?").bytes(encoded, 0, encoded.length).ascii("=");
        writeEncoded(out, each, "");
        query = true;
      }
    }
  }

  private List<Placement> inTarget() {
    List<Placement> found = List.of();
    for (Placement each : placements) {
      if (each.section() == 0) {
        if (found.isEmpty()) {
          found = new ArrayList<>(1);
        }
        found.add(each);
      }
    }
    if (found.size() > 1) {
      found.sort(Comparator.comparingInt(Placement::from));
    }
    return found;
  }

  private static void writeEncoded(HttpOutput out, Placement placement, String kept) {
    byte[] encoded = Parameters.encode(placement.binding().real().bytes(Reveal.INJECT), kept);
    out.bytes(encoded, 0, encoded.length);
    Arrays.fill(encoded, (byte) 0);
  }

  /**
   * Writes the fields with the real values in place, and those that were absent after them.
   *
   * @param keep which of the client's fields are sent on
   */
  public void writeFields(HttpOutput out, FieldFilter keep) {
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!keep.keep(i, name)) {
        continue;
      }
      Placement placed = placements.isEmpty() ? null : inField(i);
      if (placed == null) {
        out.field(name, headers.value(i));
      } else {
        out.beginField(name);
        writeValue(out, placed, headers.value(i));
        out.endField();
      }
    }
    for (Placement each : additions) {
      writeAddition(out, each);
    }
  }

  private @Nullable Placement inField(int field) {
    for (int i = 0; i < placements.size(); i++) {
      if (placements.get(i).section() == Head.valueOf(field)) {
        return placements.get(i);
      }
    }
    return null;
  }

  private void writeValue(HttpOutput out, Placement placed, String value) {
    BasicBlob blob = basic;
    if (placed.slot() instanceof Slot.Basic && blob != null) {
      out.ascii(value.substring(0, value.indexOf(' '))).ascii(" ");
      writeBasic(out, half(blob, Slot.Part.USER), half(blob, Slot.Part.PASSWORD));
    } else {
      out.ascii(value.substring(0, placed.from()));
      writePlain(out, placed);
      out.ascii(value.substring(placed.to()));
    }
  }

  /** A half of the credentials: the real value, or what the client sent. */
  private byte[] half(BasicBlob blob, Slot.Part part) {
    for (Placement each : placements) {
      if (each.slot() instanceof Slot.Basic slot && slot.part() == part) {
        return each.binding().real().bytes(Reveal.INJECT).clone();
      }
    }
    return Arrays.copyOfRange(blob.decoded, blob.start(part), blob.end(part));
  }

  private static void writeBasic(HttpOutput out, byte[] user, byte[] password) {
    byte[] blob = BasicBlob.encode(user, password);
    out.bytes(blob, 0, blob.length);
    Arrays.fill(blob, (byte) 0);
  }

  private static void writePlain(HttpOutput out, Placement placement) {
    byte[] value = placement.binding().real().bytes(Reveal.INJECT);
    out.bytes(value, 0, value.length);
  }

  private static void writeAddition(HttpOutput out, Placement addition) {
    switch (addition.slot()) {
      case Slot.Header header -> {
        out.beginField(header.name());
        writePlain(out, addition);
        out.endField();
      }
      case Slot.Scheme scheme -> {
        out.beginField("Authorization").ascii(scheme.scheme()).ascii(" ");
        writePlain(out, addition);
        out.endField();
      }
      case Slot.Basic half -> {
        byte[] real = addition.binding().real().bytes(Reveal.INJECT).clone();
        out.beginField("Authorization").ascii("Basic ");
        if (half.part() == Slot.Part.USER) {
          writeBasic(out, real, new byte[0]);
        } else {
          writeBasic(out, ABSENT_USER.getBytes(StandardCharsets.US_ASCII), real);
        }
        out.endField();
      }
      default -> {}
    }
  }

  /** Says how many secrets go along. */
  @Override
  public String toString() {
    return "[injection of " + uses().size() + "]";
  }
}
