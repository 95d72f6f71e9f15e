package dev.pale.gateway.policy;

import static dev.pale.gateway.policy.PolicyTest.API;
import static dev.pale.gateway.policy.PolicyTest.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.policy.LenientServer.Habit;
import dev.pale.gateway.refusal.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** What the policy allows, it allows in every reading that a careless server could make of it. */
class PathSafetyTest {
  private static final List<List<String>> ALLOWED =
      List.of(
          List.of("/**"),
          List.of("/a/**"),
          List.of("/a/**", "/b/*/a", "/*"),
          List.of("/*/*", "/a*"),
          List.of("/a%2f*", "/a/**", "/**/a"),
          List.of("/**/a/*"));
  private static final List<List<String>> DENIED =
      List.of(
          List.of("/b"), List.of("/b/**"), List.of("/**/b"), List.of("/a/b"), List.of("/a*/*b"));

  @Property(tries = 20_000)
  void what_is_allowed_is_allowed_in_every_reading(
      @ForAll("paths") String path,
      @ForAll("habits") List<Habit> habits,
      @ForAll("allowed") List<String> allowed,
      @ForAll("denied") List<String> denied) {
    boolean passes = passes(allowed, denied, path);
    Statistics.collect(passes);
    if (passes) {
      String served = LenientServer.serve(path, habits);
      assertThat(denied)
          .as("%s is served as %s", path, served)
          .noneMatch(pattern -> LenientServer.matches(pattern, served, true));
      assertThat(allowed).as("%s is served as %s", path, served).anyMatch(matching(served));
    }
  }

  private static Predicate<String> matching(String served) {
    return pattern -> LenientServer.matches(pattern, served, false);
  }

  @Property(tries = 5000)
  void a_plain_path_is_judged_as_the_slow_matcher_does(
      @ForAll("plain") String path,
      @ForAll("allowed") List<String> allowed,
      @ForAll("denied") List<String> denied) {
    boolean expected =
        allowed.stream().anyMatch(matching(path))
            && denied.stream().noneMatch(pattern -> LenientServer.matches(pattern, path, true));
    assertThat(passes(allowed, denied, path)).isEqualTo(expected);
  }

  private static boolean passes(List<String> allowed, List<String> denied, String path) {
    Policy policy =
        PolicyTest.enforce(
            PolicyTest.rule(Action.ALLOW, List.of(), allowed),
            PolicyTest.rule(Action.DENY, List.of(), denied));
    try {
      policy.decide(API, true, request("GET", path));
      return true;
    } catch (Refusal refusal) {
      return false;
    }
  }

  @Provide
  Arbitrary<List<String>> allowed() {
    return Arbitraries.of(ALLOWED);
  }

  @Provide
  Arbitrary<List<String>> denied() {
    return Arbitraries.of(DENIED);
  }

  @Provide
  Arbitrary<List<Habit>> habits() {
    return Arbitraries.of(Habit.class)
        .list()
        .ofMaxSize(6)
        .filter(list -> list.stream().filter(LenientServer::decodes).count() <= 2);
  }

  @Provide
  Arbitrary<String> plain() {
    return Arbitraries.of("a", "b", "ab", "A", "c.d")
        .list()
        .ofMaxSize(4)
        .map(segments -> "/" + String.join("/", segments));
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.of("a", "b", "/", "/a", "/b", "B")),
            Tuple.of(
                2,
                Arbitraries.of(
                    "%2f",
                    "%2F", "%252f", "%61", "%62", "%2562", "//", ";", ";b", "%3b", "%253b", "%3f",
                    "%23", ".", "%20")),
            Tuple.of(
                1,
                Arbitraries.of(
                    "..", "%2e", "%2e%2e", "%252e", "%5c", "\\", "%00", "%", "%2", "%25",
                    "%c0%af")))
        .list()
        .ofMinSize(1)
        .ofMaxSize(7)
        .map(pieces -> {
          List<String> all = new ArrayList<>(pieces);
          all.addFirst("/");
          return String.join("", all);
        });
  }
}
