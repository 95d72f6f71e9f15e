package dev.pale.cli.reference;

import dev.pale.cli.provider.Stores;
import dev.pale.cli.session.Session;
import dev.pale.formats.template.Slot;
import dev.pale.formats.template.Template;
import dev.pale.formats.template.Variables;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A template with its references read: what is wanted, and the text once the values are there. */
public final class TemplateText {
  private final Template template;
  private final List<Wish> wishes;
  private final boolean steered;

  private TemplateText(Template template, List<Wish> wishes) {
    this.template = template;
    this.wishes = wishes;
    boolean other = false;
    for (int i = 0; i < wishes.size(); i++) {
      other |= !wishes.get(i).reference().text().equals(template.slots().get(i).written());
    }
    this.steered = other;
  }

  /**
   * Reads a template.
   *
   * @param source its name, for errors
   * @param label the name of its values in the audit log; empty: their place in the text
   * @throws dev.pale.secrets.PaleException 651 to 655
   */
  static TemplateText of(
      byte[] bytes, String source, String label, Session session, References references) {
    Template template = Template.parse(bytes, source, references.stores()::isKnown);
    List<Wish> wishes = new ArrayList<>();
    for (Slot slot : template.slots()) {
      String origin = source + ":" + slot.position();
      String text = Variables.expand(slot.written(), session.context()::variable, origin);
      Reference reference = references.parse(text, origin);
      wishes.add(new Wish(label.isEmpty() ? origin : label, reference, origin, false));
    }
    warn(template, source, session, references.stores());
    return new TemplateText(template, wishes);
  }

  /**
   * Reads the value of a variable in an {@code --env-file}: a value that is a reference from end to
   * end, blanks included, or a template.
   *
   * @param origin its file and line
   */
  public static TemplateText ofVariable(
      byte[] value, String origin, String name, Session session, References references) {
    // A copy: the file's own values are wiped when it was read.
    byte[] bytes = value.clone();
    String text = text(value);
    int sign = text.indexOf("://");
    if (sign > 0
        && text.indexOf("://", sign + 1) < 0
        && !text.contains("{{")
        && !text.contains("}}")
        && references.stores().isKnown(text.substring(0, sign))
        && Reference.tryParse(text).isPresent()) {
      bytes = ("{{ " + text.strip() + " }}").getBytes(StandardCharsets.UTF_8);
    }
    Template template = Template.parse(bytes, origin, references.stores()::isKnown);
    List<Wish> wishes = new ArrayList<>();
    for (Slot slot : template.slots()) {
      String expanded = Variables.expand(slot.written(), session.context()::variable, origin);
      wishes.add(new Wish(name, references.parse(expanded, origin), origin, false));
    }
    warn(template, origin, session, references.stores());
    return new TemplateText(template, wishes);
  }

  private static String text(byte[] value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException binary) {
      return "";
    }
  }

  /** What looks like a reference but for a letter stays as it is, and is said. */
  private static void warn(Template template, String source, Session session, Stores stores) {
    for (Slot slot : template.unknown()) {
      stores
          .meant(slot.scheme())
          .ifPresent(meant ->
              session
                  .screen()
                  .warning(
                      source
                          + ": "
                          + slot.scheme()
                          + ":// is no reference; did you mean "
                          + meant
                          + "://?"));
    }
  }

  /** Whether there is anything to be asked for. */
  public boolean isPlain() {
    return wishes.isEmpty();
  }

  /** Whether a variable of the environment says what is wanted, rather than the text alone. */
  public boolean isSteered() {
    return steered;
  }

  /** What is wanted, in the order of the text. */
  public List<Wish> wishes() {
    return wishes;
  }

  /** The text with the values; the caller wipes it. All of {@link #wishes} must be there. */
  public byte[] fill(Map<Reference, SecretValue> values) {
    List<byte[]> inserted = new ArrayList<>();
    for (Wish wish : wishes) {
      inserted.add(
          java.util.Objects.requireNonNull(values.get(wish.reference())).bytes(Reveal.EXPORT));
    }
    return template.fill(inserted);
  }
}
