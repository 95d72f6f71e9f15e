package dev.pale.providers.doppler;

import dev.pale.providers.rest.StoredText;
import dev.pale.providers.spi.Writer;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Writes into one config. */
final class DopplerWriter implements Writer {
  private final DopplerClient client;

  DopplerWriter(DopplerClient client) {
    this.client = client;
  }

  @Override
  public String placeExample() {
    return "acme-api/dev";
  }

  @Override
  public Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values) {
    SortedMap<String, String> wanted = StoredText.of(values, DopplerClient.SERVICE);
    Map<String, Optional<String>> there = client.raw(Place.parse(at));
    Map<SecretName, Present> result = new LinkedHashMap<>();
    for (SecretName name : values.keySet()) {
      Optional<String> stored = there.get(name.text());
      result.put(
          name,
          stored == null
              ? Present.ABSENT
              : stored.isEmpty()
                  ? Present.UNKNOWN
                  : StoredText.same(stored.get(), wanted.getOrDefault(name.text(), ""))
                      ? Present.SAME
                      : Present.DIFFERENT);
    }
    return result;
  }

  /** Doppler takes all values in one request, so a failure leaves everything as it was. */
  @Override
  public void write(String at, SortedMap<SecretName, SecretValue> values) {
    Place place = Place.parse(at);
    SortedMap<String, String> wanted = StoredText.of(values, DopplerClient.SERVICE);
    wanted.forEach(DopplerWriter::check);
    if (!wanted.isEmpty()) {
      client.write(place, wanted);
    }
  }

  private static void check(String name, String value) {
    if (!name.matches("[A-Z_][A-Z0-9_]*")) {
      throw StoredText.refused(
          name, DopplerClient.SERVICE, "Doppler's names are upper case", "rename it to upper case");
    }
    if (value.contains("${")) {
      throw StoredText.refused(
          name,
          DopplerClient.SERVICE,
          "Doppler would read the ${ in it as a reference to another secret",
          "keep it in base64");
    }
  }
}
