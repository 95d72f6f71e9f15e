package dev.pale.gateway.inject;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.placeholder.Placeholders;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.Matcher;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the requests of one connection, one after the other.
 *
 * <p>A request without anything to find costs one look over its head, about a microsecond for 500
 * bytes. Not thread-safe; an {@link Injection} is to be used up before the next request is
 * examined.
 */
public final class Examiner {
  /** Before the first request. */
  static final Authority NOWHERE = Authority.parse("pale.invalid", 443);

  /** So many levels of escapes are undone. */
  private static final int LEVELS = 3;

  private static final String TARGET = "the target";

  /** Fields whose names can be told: the client chose them from a known few. */
  private static final List<String> KNOWN_FIELDS =
      List.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "referer",
          "user-agent",
          "host",
          "accept",
          "content-type",
          "origin",
          "x-api-key",
          "if-none-match",
          "x-forwarded-for");

  private final Injector injector;
  private final Labels labels;
  private final Matcher matcher;
  private final Hits hits;
  private final Head head = new Head();
  private Head level = new Head();
  private Head spare = new Head();
  private @Nullable BodyGuard guard;

  Examiner(Injector injector) {
    this.injector = injector;
    this.labels = injector.labels();
    this.hits = new Hits(labels);
    this.matcher = injector.needles().matcher(hits);
  }

  /**
   * Looks through a request's head, and finds out which secrets it takes along.
   *
   * @param authority where it goes
   * @param tls whether through TLS
   * @param request in origin or asterisk form
   * @throws Refusal 403 and an alarm: {@code placeholder-wrong-host}, {@code
   *     placeholder-plain-http}, {@code placeholder-wrong-slot}, {@code placeholder-twice}, {@code
   *     placeholder-unknown}, {@code secret-leaving}; 400 {@code slot-ambiguous}; 502 {@code
   *     secret-unfit}
   */
  public Injection examine(Authority authority, boolean tls, RequestHead request) {
    head.fill(request.target(), request.headers());
    look(head);
    BasicBlob basic =
        head.authorization < 0 ? null : BasicBlob.of(request.headers().value(head.authorization));
    List<Placement> placements = List.of();
    if (!hits.isEmpty() || head.hasTrigger || basic != null) {
      placements = examineClosely(authority, tls, request, basic);
    } else if (Placeholders.find(head.text, 0, head.length) >= 0) {
      throw unknown(head);
    }
    List<Placement> additions = absent(authority, tls, request, placements);
    return new Injection(
        this,
        authority,
        tls,
        request,
        placements,
        additions,
        basic,
        bodyBindings(authority, tls, request));
  }

  private void look(Head at) {
    hits.clear();
    matcher.reset();
    matcher.feed(at.text, 0, at.length);
  }

  private List<Placement> examineClosely(
      Authority authority, boolean tls, RequestHead request, @Nullable BasicBlob basic) {
    if (hits.hasReal()) {
      throw misplaced(authority, tls, head, new BitSet());
    }
    List<Placement> placements = new ArrayList<>(2);
    for (int g = 0; g < labels.groups(); g++) {
      if (hits.hasPlaceholder(g) || head.hasTrigger || basic != null) {
        place(labels.groupAt(g), authority, tls, request, basic, placements);
      }
    }
    BitSet taken = requireOnce(placements);
    requireUnambiguous(placements, request.headers());
    for (Placement each : placements) {
      if (!each.binding().fits(each.slot())) {
        throw Alarms.unfit(each.group().name, each.slot().text());
      }
      int start = head.start(each.section());
      boolean isBasic = each.slot() instanceof Slot.Basic;
      head.blank(
          start + (isBasic ? 0 : each.from()),
          isBasic ? head.end(each.section()) : start + each.to());
    }
    if (basic != null) {
      requireNothingLeft(basic, placements, authority, tls, taken);
    }
    requireNothingLeft(authority, tls, taken, placements.isEmpty());
    return placements;
  }

  private void place(
      Group group,
      Authority authority,
      boolean tls,
      RequestHead request,
      @Nullable BasicBlob basic,
      List<Placement> placements) {
    for (Binding binding : group.bindings) {
      if (!binding.isFor(authority, tls)) {
        continue;
      }
      for (int i = 0; i < binding.flat().size(); i++) {
        Slot slot = binding.flat().get(i);
        Slot origin = binding.origin(i);
        Finder finder = new Finder(head, group, binding, slot, origin, placements);
        switch (slot) {
          case Slot.Header header -> finder.header(request.headers(), header.name());
          case Slot.Scheme scheme -> finder.scheme(request.headers(), scheme.scheme());
          case Slot.Basic part -> {
            if (basic != null) {
              finder.basic(basic, part.part());
            }
          }
          case Slot.Query query -> finder.query(query.name());
          case Slot.Path path -> finder.path(path.index(), path.prefix());
          case Slot.Json json -> {}
          case Slot.Form form -> {}
          case Slot.WebSocketText text -> {}
          case Slot.Together together -> {}
        }
      }
    }
  }

  /** Each secret once, or once in each place of a {@link Slot.Together}; who was found. */
  static BitSet requireOnce(List<Placement> placements) {
    BitSet taken = new BitSet();
    for (int i = 0; i < placements.size(); i++) {
      Placement one = placements.get(i);
      for (int j = 0; j < i; j++) {
        Placement other = placements.get(j);
        if (one.group().name.equals(other.group().name)) {
          boolean together =
              one.origin() instanceof Slot.Together
                  && one.origin().equals(other.origin())
                  && !one.slot().equals(other.slot());
          if (!together) {
            throw Alarms.twice(one.group().name, one.slot().text());
          }
        }
      }
      taken.set(one.group().index);
    }
    return taken;
  }

  /** A second field of the name would leave it to the server which one counts. */
  private static void requireUnambiguous(List<Placement> placements, Headers headers) {
    for (Placement each : placements) {
      if (each.section() > 0) {
        String name = headers.name((each.section() - 2) / 2);
        if (headers.count(name) > 1) {
          throw Alarms.ambiguous(
              each.group().name, name.equalsIgnoreCase("authorization") ? name : "");
        }
      }
    }
  }

  private void requireNothingLeft(
      BasicBlob basic, List<Placement> placements, Authority authority, boolean tls, BitSet taken) {
    byte[] rest = basic.decoded.clone();
    for (Placement each : placements) {
      if (each.slot() instanceof Slot.Basic part) {
        java.util.Arrays.fill(rest, basic.start(part.part()), basic.end(part.part()), (byte) 0);
      }
    }
    String place = "the Basic credentials";
    try {
      guard().begin(authority, tls, "", place, taken).check(rest);
    } finally {
      guard().reset();
    }
    if (Placeholders.find(rest, 0, rest.length) >= 0) {
      throw Alarms.unknown(place);
    }
  }

  /** The last look: at what was not accepted, and at that with its escapes undone. */
  private void requireNothingLeft(
      Authority authority, boolean tls, BitSet taken, boolean isUnchanged) {
    Head at = head;
    for (int i = 0; ; i++) {
      if (i > 0 || !isUnchanged) {
        look(at);
      }
      if (!hits.isEmpty()) {
        throw misplaced(authority, tls, at, taken);
      }
      if (Placeholders.find(at.text, 0, at.length) >= 0) {
        throw unknown(at);
      }
      if (i == LEVELS || !head.hasTrigger || !level.decode(at)) {
        return;
      }
      at = level;
      level = spare;
      spare = at;
    }
  }

  private Refusal misplaced(Authority authority, boolean tls, Head at, BitSet taken) {
    return Alarms.misplaced(labels, hits.label, authority, tls, place(at, (int) hits.start), taken);
  }

  private Refusal unknown(Head at) {
    return Alarms.unknown(place(at, Placeholders.find(at.text, 0, at.length)));
  }

  /** Where a position of a head is, in words that hold nothing of the client's making. */
  private String place(Head at, int position) {
    int section = at.sectionAt(position);
    if (section == 0) {
      return TARGET;
    }
    if (section % 2 == 1) {
      return "the name of a field";
    }
    String name = name(at, section - 1);
    return KNOWN_FIELDS.contains(name) || isSlotField(name) ? "the field " + name : "a field";
  }

  private static String name(Head at, int section) {
    int from = at.start(section);
    return new String(
            at.text, from, at.end(section) - from, java.nio.charset.StandardCharsets.ISO_8859_1)
        .toLowerCase(java.util.Locale.ROOT);
  }

  private boolean isSlotField(String name) {
    for (int g = 0; g < labels.groups(); g++) {
      for (Binding binding : labels.groupAt(g).bindings) {
        for (Slot slot : binding.flat()) {
          if (slot instanceof Slot.Header header && header.name().equalsIgnoreCase(name)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** What is put into slots that the client left empty. */
  private List<Placement> absent(
      Authority authority, boolean tls, RequestHead request, List<Placement> placements) {
    List<Placement> additions = List.of();
    for (int i = 0; i < injector.absent().size(); i++) {
      Binding binding = injector.absent().get(i);
      if (!binding.isFor(authority, tls) || binding.flat().isEmpty()) {
        continue;
      }
      Slot slot = binding.flat().get(0);
      if (!isAbsent(slot, request) || !binding.fits(slot) || has(placements, binding)) {
        continue;
      }
      if (additions.isEmpty()) {
        additions = new ArrayList<>(1);
      }
      if (!isTaken(additions, slot)) {
        Group group = groupOf(binding);
        additions.add(new Placement(group, binding, slot, binding.origin(0), 0, 0, 0));
      }
    }
    return additions;
  }

  Group groupOf(Binding binding) {
    for (int g = 0; g < labels.groups(); g++) {
      if (labels.groupAt(g).placeholder.equals(binding.placeholder())) {
        return labels.groupAt(g);
      }
    }
    throw new IllegalStateException("no group for " + binding.name());
  }

  private static boolean has(List<Placement> placements, Binding binding) {
    for (Placement each : placements) {
      if (each.group().name.equals(binding.name())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTaken(List<Placement> additions, Slot slot) {
    for (Placement each : additions) {
      boolean same =
          isAuthorization(slot) ? isAuthorization(each.slot()) : slot.equals(each.slot());
      if (same) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAuthorization(Slot slot) {
    return slot instanceof Slot.Scheme
        || slot instanceof Slot.Basic
        || (slot instanceof Slot.Header header && header.name().equalsIgnoreCase("authorization"));
  }

  private boolean isAbsent(Slot slot, RequestHead request) {
    if (isAuthorization(slot)) {
      return head.authorization < 0;
    }
    return switch (slot) {
      case Slot.Header header -> request.headers().first(header.name()) == null;
      case Slot.Query query -> {
        int from = head.start(0) + request.path().length() + 1;
        yield request.form() == RequestHead.Form.ORIGIN
            && !(from < head.end(0) && Parameters.has(head.text, from, head.end(0), query.name()));
      }
      default -> false;
    };
  }

  /** The bindings that may have a slot in this request's body. */
  private List<Binding> bodyBindings(Authority authority, boolean tls, RequestHead request) {
    boolean none =
        !injector.hasBodySlots()
            || request.framing() instanceof Framing.None
            || request.headers().first("content-encoding") != null;
    if (none) {
      return List.of();
    }
    List<Binding> found = new ArrayList<>(1);
    for (int g = 0; g < labels.groups(); g++) {
      for (Binding binding : labels.groupAt(g).bindings) {
        if (binding.hasBodySlot() && binding.isFor(authority, tls)) {
          found.add(binding);
        }
      }
    }
    return found;
  }

  Labels labels() {
    return labels;
  }

  /** A guard beside the connection's, which may be used by another thread. */
  BodyGuard newGuard() {
    return new BodyGuard(labels, injector.needles());
  }

  /** The secrets that may stand in a text message to this authority. */
  List<Use> textUses(Authority authority, boolean tls) {
    List<Use> uses = new ArrayList<>();
    for (Binding binding : injector.inText()) {
      if (binding.isFor(authority, tls)) {
        uses.add(new Use(binding.name(), new Slot.WebSocketText().text()));
      }
    }
    return uses;
  }

  /** Whether a secret may stand in a text message to this authority. */
  boolean hasTextSlot(Authority authority, boolean tls) {
    for (Binding binding : injector.inText()) {
      if (binding.isFor(authority, tls)) {
        return true;
      }
    }
    return false;
  }

  /** The connection's guard; it is for one body at a time. */
  BodyGuard guard() {
    BodyGuard mine = guard;
    if (mine == null) {
      mine = new BodyGuard(labels, injector.needles());
      guard = mine;
    }
    return mine;
  }
}
