package dev.pale.providers.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service whose answers have, somewhere, another type than they should. */
public final class Oddities {
  private static final int ROUNDS = 60;
  private static final Pattern VALUE =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"(?!\\s*:)|true|false|null|\\b[0-9]+\\b");
  private static final String[] OTHERS = {
    "null", "7", "-1e9", "true", "[]", "{}", "\"\"", "\"x\"", "[null]", "{\"id\":{}}"
  };

  private Oddities() {}

  /** Reads again and again; each time one outcome for each reference, or one of our own errors. */
  public static void breakNothing(
      FakeServer server, Handler honest, Supplier<Provider> open, Set<Reference> references) {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      server.answerWith(request -> {
        FakeAnswer answer = honest.answer(request);
        return FakeAnswer.json(
            answer.status() == 0 ? 200 : answer.status(),
            odd(new String(answer.body(), StandardCharsets.UTF_8), random));
      });
      try (Provider provider = open.get()) {
        Map<Reference, Outcome> outcomes = provider.read(List.copyOf(references));
        assertThat(outcomes.keySet()).as("round " + round).isEqualTo(references);
      } catch (PaleException e) {
        assertThat(e.code()).as("round " + round).isBetween(600, 649);
      }
    }
  }

  private static synchronized String odd(String json, Random random) {
    List<int[]> places = new ArrayList<>();
    for (Matcher matcher = VALUE.matcher(json); matcher.find(); ) {
      places.add(new int[] {matcher.start(), matcher.end()});
    }
    if (places.isEmpty() || random.nextInt(3) == 0) {
      return json;
    }
    int[] place = places.get(random.nextInt(places.size()));
    return json.substring(0, place[0])
        + OTHERS[random.nextInt(OTHERS.length)]
        + json.substring(place[1]);
  }
}
