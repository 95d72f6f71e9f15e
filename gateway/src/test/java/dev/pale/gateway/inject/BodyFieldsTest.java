package dev.pale.gateway.inject;

import static dev.pale.gateway.inject.Rig.FAKE;
import static dev.pale.gateway.inject.Rig.HOST;
import static dev.pale.gateway.inject.Rig.REAL;
import static dev.pale.gateway.inject.Rig.binding;
import static dev.pale.gateway.inject.Rig.bytes;
import static dev.pale.gateway.inject.Rig.examine;
import static dev.pale.gateway.inject.Rig.get;
import static dev.pale.gateway.inject.Rig.refusal;
import static dev.pale.gateway.inject.Rig.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.RequestHead;
import dev.pale.gateway.service.Slot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Slots of bodies and of messages: one place is filled, every other byte stays as it came. */
class BodyFieldsTest {
  private static final String ENCODED_REAL = "sk-proj-R3alR3alR3al%2FQmF0dGVyeQ%2BStaple%3D%3D42";

  private static Injection json(Binding... bindings) {
    return examine(
        request("POST", "/", Framing.CHUNKED, "Content-Type", "application/json; charset=utf-8"),
        bindings);
  }

  private static String edit(Injection injection, String body) {
    return new String(
        injection.editBody(body.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  @Test
  void a_field_of_a_json_body_changes_and_nothing_else() {
    Binding slot =
        binding(
            "re\"al\\val\u00fcue".replace("\u00fc", "u") + "123",
            HOST,
            false,
            new Slot.Json("/auth/0/to~1k~0en"));
    String before = "{ \"a\" : [1, 2.50e3,{}],\n\"auth\":[{\"x\":\"]}\\\"\", \"to/k~en\" : \"";
    String after = "\"}] , \"z\":\"\u00e4\\u00e4\"}\n";
    Injection injection = json(slot);
    assertThat(injection.wantsWholeBody()).isTrue();
    assertThat(edit(injection, before + FAKE + after))
        .isEqualTo(before + "re\\\"al\\\\valuue123" + after);
    assertThat(injection.uses()).containsExactly(new Use(Rig.NAME, "json:/auth/0/to~1k~0en"));
    assertThat(injection.isEmpty()).isFalse();
    assertThat(edit(json(slot), before + FAKE.replace("s", "\\u0073") + after))
        .isEqualTo(before + "re\\\"al\\\\valuue123" + after);
  }

  @Test
  void other_places_of_a_json_body_get_nothing() {
    Binding slot = binding(new Slot.Json("/token"));
    for (String body :
        List.of(
            "{\"other\":\"" + FAKE + "\"}",
            "{\"token\":\"x" + FAKE + "\"}",
            "{\"token\":{\"token\":\"" + FAKE + "\"}}",
            "{\"token\":[\"" + FAKE + "\"]}",
            "[\"" + FAKE + "\"]",
            "{\"" + FAKE + "\":1}")) {
      refusal(() -> edit(json(slot), body), "placeholder-wrong-slot");
    }
    refusal(
        () -> edit(json(slot), "{\"token\":\"" + FAKE + "\",\"b\":\"" + FAKE + "\"}"),
        "placeholder-twice");
    refusal(
        () -> edit(json(slot), "{\"token\":\"" + FAKE + "\",\"token\":\"x\"}"), "bad-json-body");
    refusal(() -> edit(json(slot), "{\"token\":\"" + FAKE + "\",}"), "bad-json-body");
    refusal(() -> edit(json(slot), "{\"token\":\"" + REAL + "\"}"), "secret-leaving");
    assertThat(edit(json(slot), "{\"token\":\"mine\",}")).isEqualTo("{\"token\":\"mine\",}");
  }

  @Test
  void a_field_of_a_form_changes_and_nothing_else() {
    Binding slot = binding(new Slot.Form("token"), new Slot.Scheme("Bearer"));
    RequestHead head =
        request(
            "POST",
            "/",
            new Framing.Length(9),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(edit(examine(head, slot), "a=%20+b&token=" + FAKE + "&c"))
        .isEqualTo("a=%20+b&token=" + ENCODED_REAL + "&c");
    assertThat(edit(examine(head, slot), "tok%65n=" + FAKE.replace("-", "%2d")))
        .isEqualTo("tok%65n=" + ENCODED_REAL);
    refusal(() -> edit(examine(head, slot), "b=" + FAKE), "placeholder-wrong-slot");
    refusal(() -> edit(examine(head, slot), "token=" + FAKE + "&b=" + FAKE), "placeholder-twice");
    refusal(
        () -> edit(examine(head, slot), "token=" + FAKE + "&token=" + FAKE), "placeholder-twice");
    RequestHead both =
        request(
            "POST",
            "/",
            new Framing.Length(9),
            "Content-Type",
            "application/x-www-form-urlencoded",
            "Authorization",
            "Bearer " + FAKE);
    refusal(() -> edit(examine(both, slot), "token=" + FAKE), "placeholder-twice");
    assertThat(examine(both, slot).uses()).hasSize(1);
    RequestHead other = request("POST", "/", new Framing.Length(9), "Content-Type", "text/plain");
    assertThat(examine(other, slot).wantsWholeBody()).isFalse();
    refusal(() -> edit(examine(other, slot), "token=" + FAKE), "placeholder-wrong-slot");
  }

  @Test
  void a_body_for_another_host_gets_nothing() {
    Binding slot = binding(new Slot.Form("token"));
    RequestHead head =
        request(
            "POST",
            "/",
            new Framing.Length(9),
            "Content-Type",
            "application/x-www-form-urlencoded");
    Injection injection = examine("evil.example", head, slot);
    assertThat(injection.wantsWholeBody()).isFalse();
    refusal(() -> edit(injection, "token=" + FAKE), "placeholder-wrong-host");
  }

  @Test
  void a_message_of_a_web_socket_is_filled_only_where_the_binding_says_so() {
    Injection injection =
        examine(get("/"), binding("a\"quoted\"value", HOST, false, new Slot.WebSocketText()));
    String message = "{\"op\":2,\"d\":{\"token\":\"" + FAKE + "\"}}";
    assertThat(new String(injection.editText(bytes(message)), StandardCharsets.ISO_8859_1))
        .isEqualTo("{\"op\":2,\"d\":{\"token\":\"a\\\"quoted\\\"value\"}}");
    assertThat(new String(injection.editText(bytes("T " + FAKE)), StandardCharsets.ISO_8859_1))
        .isEqualTo("T a\"quoted\"value");
    refusal(() -> injection.editText(bytes(FAKE + " " + FAKE)), "placeholder-twice");
    Injection none = examine(get("/"), binding(new Slot.Scheme("Bearer")));
    refusal(() -> none.editText(bytes(message)), "placeholder-wrong-slot");
    byte[] clean = bytes("hello");
    assertThat(none.editText(clean)).isSameAs(clean);
  }
}
