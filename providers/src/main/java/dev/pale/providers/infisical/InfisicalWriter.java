package dev.pale.providers.infisical;

import dev.pale.providers.infisical.InfisicalClient.Entry;
import dev.pale.providers.rest.StoredText;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes shared secrets into one folder. */
final class InfisicalWriter implements Writer {
  private final InfisicalClient client;

  InfisicalWriter(InfisicalClient client) {
    this.client = client;
  }

  @Override
  public String placeExample() {
    return "PROJECT_ID/dev/backend";
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    SortedMap<String, String> wanted = StoredText.of(values, InfisicalClient.SERVICE);
    Map<String, Entry> there = own(Folder.parse(at));
    Map<SecretName, Present> result = new LinkedHashMap<>();
    for (SecretName name : values.keySet()) {
      result.put(
          name,
          switch (there.get(name.text())) {
            case null -> Present.ABSENT;
            case Entry.Hidden hidden -> Present.UNKNOWN;
            case Entry.Value value ->
                StoredText.same(value.text(), wanted.getOrDefault(name.text(), ""))
                    ? Present.SAME
                    : Present.DIFFERENT;
          });
    }
    return result;
  }

  private Map<String, Entry> own(Folder folder) {
    return client
        .own(folder)
        .orElseThrow(() ->
            PaleException.of(
                615,
                "Infisical has no such folder",
                folder.text() + " is not there, or the identity may not see it",
                "make it in Infisical first"));
  }

  /** New ones in one request, changed ones in another. */
  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    Folder folder = Folder.parse(at);
    SortedMap<String, String> wanted = StoredText.of(values, InfisicalClient.SERVICE);
    wanted.forEach(this::check);
    Map<String, Entry> there = own(folder);
    SortedMap<String, String> fresh = new TreeMap<>();
    SortedMap<String, String> changed = new TreeMap<>();
    wanted.forEach((name, value) -> (there.containsKey(name) ? changed : fresh).put(name, value));
    if (!fresh.isEmpty()) {
      client.write(folder, fresh, true);
    }
    if (!changed.isEmpty()) {
      try {
        client.write(folder, changed, false);
      } catch (PaleException e) {
        if (fresh.isEmpty()) {
          throw e;
        }
        throw PaleException.of(
            612,
            "only some secrets were written to Infisical",
            "written: " + String.join(" ", fresh.keySet()) + "; then: " + e.what(),
            e.mend(),
            e);
      }
    }
  }

  /** Infisical trims what it is given, but keeps one line end at the end. */
  private void check(String name, String value) {
    String kept = trim(value) + (value.endsWith("\n") ? "\n" : "");
    if (!kept.equals(value)) {
      throw StoredText.refused(
          name,
          InfisicalClient.SERVICE,
          "Infisical would cut off white space at its ends",
          "keep it in base64");
    }
    if (value.contains("${") && client.expands()) {
      throw StoredText.refused(
          name,
          InfisicalClient.SERVICE,
          "Infisical would read the ${ in it as a reference to another secret",
          "keep it in base64, or set expand = false for the provider");
    }
  }

  /** As JavaScript trims, which is what the service does: all Unicode spaces, line ends, BOM. */
  private static String trim(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isSpace(value.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || c == 0x2028
        || c == 0x2029
        || c == 0xfeff
        || Character.getType(c) == Character.SPACE_SEPARATOR;
  }
}
