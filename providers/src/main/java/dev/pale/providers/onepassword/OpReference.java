package dev.pale.providers.onepassword;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.util.HashSet;
import java.util.Set;

/**
 * A secret reference of 1Password: {@code op://VAULT/ITEM[/SECTION]/FIELD[?attribute=…]} or {@code
 * [?ssh-format=openssh]}. Each part is a name, in any letter case, or an id.
 *
 * @param section empty for none
 * @param attribute of the field, {@code value} unless another is asked for
 * @param sshFormat empty, or {@code openssh}
 */
record OpReference(
    String vault, String item, String section, String field, String attribute, String sshFormat) {
  /** The characters of names, as 1Password's own program takes them; others need the id. */
  private static final String PART = "[A-Za-z0-9_. -]+";

  /** Reads a reference; error 613 for what is none of 1Password. */
  static OpReference parse(Reference reference) {
    String[] parts = reference.path().split("/", -1);
    if (parts.length < 3 || parts.length > 4) {
      throw refused(reference, "it is op://VAULT/ITEM/FIELD or op://VAULT/ITEM/SECTION/FIELD");
    }
    for (String part : parts) {
      if (!part.matches(PART) || part.isBlank()) {
        throw refused(
            reference,
            "a part is empty or has characters other than letters, digits and - _ . space");
      }
    }
    if (!reference.fragment().isEmpty()) {
      throw refused(reference, "it has a fragment (#)");
    }
    return new OpReference(
        parts[0],
        parts[1],
        parts.length == 4 ? parts[2] : "",
        parts[parts.length - 1],
        parameter(reference, "attribute", "[a-z_]{1,32}", "value"),
        parameter(reference, "ssh-format", "openssh", ""));
  }

  private static String parameter(Reference reference, String name, String form, String otherwise) {
    if (reference.query().isEmpty()) {
      return otherwise;
    }
    Set<String> seen = new HashSet<>();
    for (String part : reference.query().split("&", -1)) {
      String key = part.substring(0, Math.max(0, part.indexOf('=')));
      if (!(key.equals("attribute") || key.equals("ssh-format")) || !seen.add(key)) {
        throw refused(reference, "its query is attribute=… or ssh-format=openssh, each once");
      }
    }
    String value = reference.parameter(name).orElse(otherwise);
    if (!value.equals(otherwise) && !value.matches(form)) {
      throw refused(reference, "1Password knows no such " + name);
    }
    return value;
  }

  private static PaleException refused(Reference reference, String why) {
    return PaleException.of(
        613,
        "not a reference into 1Password: " + reference.text(),
        why,
        "copy the secret reference in 1Password, or name what has other characters by its id");
  }

  /** As 1Password's own program takes it, under whatever name the provider goes here. */
  String text() {
    StringBuilder out = new StringBuilder("op://").append(vault).append('/').append(item);
    if (!section.isEmpty()) {
      out.append('/').append(section);
    }
    out.append('/').append(field);
    if (!attribute.equals("value")) {
      out.append("?attribute=").append(attribute);
    }
    if (!sshFormat.isEmpty()) {
      out.append(attribute.equals("value") ? '?' : '&').append("ssh-format=").append(sshFormat);
    }
    return out.toString();
  }
}
