package dev.pale.gateway.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.refusal.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  private static final Authority API = Authority.parse("api.example.com:443", 0);

  private static AddressGuard guard(String... answers) {
    return guard(List.of(), answers);
  }

  private static AddressGuard guard(List<String> privateAllowed, String... answers) {
    return new AddressGuard(
        privateAllowed.stream().map(HostPattern::parse).toList(),
        Map.of(),
        host -> Arrays.stream(answers).map(AddressGuardTest::address).toArray(InetAddress[]::new),
        Set::of);
  }

  private static InetAddress address(String text) {
    byte[] bytes = Addresses.parse(text);
    assertThat(bytes).as(text).isNotNull();
    try {
      return bytes.length == 16
          ? Inet6Address.getByAddress("api.example.com", bytes, -1)
          : InetAddress.getByAddress("api.example.com", bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, PUBLIC",
    "1.1.1.1, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.128.0.0, PUBLIC",
    "172.15.255.255, PUBLIC",
    "172.32.0.0, PUBLIC",
    "192.167.255.255, PUBLIC",
    "192.169.0.0, PUBLIC",
    "192.0.1.1, PUBLIC",
    "198.17.255.255, PUBLIC",
    "198.20.0.0, PUBLIC",
    "169.253.0.1, PUBLIC",
    "168.63.129.17, PUBLIC",
    "223.255.255.255, PUBLIC",
    "2606:4700:4700::1111, PUBLIC",
    "2a00:1450:4001:80b::200e, PUBLIC",
    "2001:4860:4860::8888, PUBLIC",
    "64:ff9b::808:808, PUBLIC",
    "0.0.0.0, SPECIAL",
    "0.1.2.3, SPECIAL",
    "127.0.0.1, LOOPBACK",
    "127.255.255.254, LOOPBACK",
    "10.0.0.1, PRIVATE",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "192.168.1.1, PRIVATE",
    "100.64.0.1, PRIVATE",
    "100.127.255.255, PRIVATE",
    "169.254.0.1, LINK_LOCAL",
    "169.254.169.254, METADATA",
    "169.254.170.2, METADATA",
    "169.254.170.23, METADATA",
    "168.63.129.16, METADATA",
    "100.100.100.200, METADATA",
    "192.0.0.192, METADATA",
    "192.0.0.8, SPECIAL",
    "192.0.2.1, SPECIAL",
    "192.88.99.1, SPECIAL",
    "198.18.0.1, SPECIAL",
    "198.19.255.255, SPECIAL",
    "198.51.100.1, SPECIAL",
    "203.0.113.1, SPECIAL",
    "224.0.0.1, MULTICAST",
    "239.255.255.255, MULTICAST",
    "240.0.0.1, SPECIAL",
    "255.255.255.255, SPECIAL",
    "::, SPECIAL",
    "::1, LOOPBACK",
    "::2, EMBEDDED",
    "::7f00:1, EMBEDDED",
    "::a9fe:a9fe, METADATA",
    "::ffff:808:808, EMBEDDED",
    "::ffff:a9fe:a9fe, METADATA",
    "::ffff:7f00:1, EMBEDDED",
    "::ffff:0:a9fe:a9fe, METADATA",
    "::ffff:0:808:808, EMBEDDED",
    "64:ff9b::a9fe:a9fe, METADATA",
    "64:ff9b::7f00:1, LOOPBACK",
    "64:ff9b::a00:1, PRIVATE",
    "64:ff9b:1::808:808, EMBEDDED",
    "64:ff9b:1::a9fe:a9fe, METADATA",
    "64:ff9b::1:0:0:1, EMBEDDED",
    "2002:808:808::1, EMBEDDED",
    "2002:a9fe:a9fe::1, METADATA",
    "2001:0:1::1, EMBEDDED",
    "2001::5601:5601, METADATA",
    "fe80::1, LINK_LOCAL",
    "fec0::1, PRIVATE",
    "fc00::1, PRIVATE",
    "fd12:3456::1, PRIVATE",
    "fd00:ec2::254, METADATA",
    "fd20:ce::254, METADATA",
    "ff02::1, MULTICAST",
    "2001:db8::1, SPECIAL",
    "3fff::1, SPECIAL",
    "2001:2::1, SPECIAL",
    "2001:10::1, SPECIAL",
    "100::1, SPECIAL",
    "5f00::1, SPECIAL",
    "4000::1, SPECIAL",
    "2606:4700::5efe:a9fe:a9fe, METADATA",
    "2606:4700::200:5efe:a00:1, EMBEDDED",
  })
  void what_an_address_is_for(String text, AddressKind kind) {
    byte[] bytes = Addresses.parse(text);
    assertThat(bytes).isNotNull();
    assertThat(AddressKind.of(bytes)).isEqualTo(kind);
    if (kind != AddressKind.PUBLIC) {
      // The same by name and as a literal, alone and among good ones.
      Authority literal = new Authority(new HostName(text, true), 443);
      assertRefused(() -> guard().vet(literal));
      assertRefused(() -> guard("8.8.8.8", "2606:4700:4700::1111", text).vet(API));
    }
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable vet) {
    assertThatThrownBy(vet)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(403);
              assertThat(refusal.code()).isEqualTo("private-address");
              assertThat(refusal.isAlarm()).isFalse();
            });
  }

  @Test
  void an_ipv4_address_in_ipv6_clothes_that_the_jdk_undresses_is_still_classified() {
    // InetAddress.getByAddress turns ::ffff:10.0.0.1 into an Inet4Address: the answer is checked as
    // that, and a literal by our own bytes.
    byte[] mapped = Addresses.parse("::ffff:a00:1");
    assertThat(mapped).isNotNull();
    AddressGuard guard =
        new AddressGuard(
            List.of(),
            Map.of(),
            host -> new InetAddress[] {InetAddress.getByAddress(host, mapped)},
            Set::of);
    assertRefused(() -> guard.vet(API));
  }

  @Test
  void what_was_vetted_is_what_is_dialled_and_the_name_is_asked_for_once() {
    AtomicInteger asked = new AtomicInteger();
    AddressGuard guard =
        new AddressGuard(
            List.of(),
            Map.of(),
            host -> {
              // The second answer is the rebound one.
              boolean first = asked.getAndIncrement() == 0;
              return new InetAddress[] {address(first ? "8.8.8.8" : "127.0.0.1")};
            },
            Set::of);
    List<InetSocketAddress> vetted = guard.vet(API);
    assertThat(asked).hasValue(1);
    assertThat(vetted).hasSize(1);
    assertThat(vetted.getFirst().isUnresolved()).isFalse();
    assertThat(vetted.getFirst().getAddress().getAddress()).containsExactly(8, 8, 8, 8);
    assertThat(vetted.getFirst().getPort()).isEqualTo(443);
    assertRefused(() -> guard.vet(API));
  }

  @Test
  void all_good_answers_are_returned_in_order() {
    assertThat(guard("2606:4700:4700::1111", "8.8.8.8").vet(API))
        .extracting(each -> each.getAddress().getHostAddress())
        .containsExactly("2606:4700:4700:0:0:0:0:1111", "8.8.8.8");
  }

  @Test
  void a_literal_is_not_looked_up_and_keeps_its_text() {
    AddressGuard guard =
        new AddressGuard(
            List.of(),
            Map.of(),
            host -> {
              throw new AssertionError("asked for " + host);
            },
            Set::of);
    InetSocketAddress vetted = guard.vet(Authority.parse("9.9.9.9:443", 0)).getFirst();
    assertThat(vetted.getHostString()).isEqualTo("9.9.9.9");
  }

  @Test
  void private_destinations_are_named() {
    assertThat(guard(List.of("api.example.com"), "10.0.0.1", "127.0.0.1").vet(API)).hasSize(2);
    assertThat(guard(List.of("http://api.example.com:443"), "10.0.0.1").vet(API)).hasSize(1);
    assertThat(guard(List.of("*.example.com"), "10.0.0.1").vet(API)).hasSize(1);
    assertRefused(() -> guard(List.of("api.example.com:8443"), "10.0.0.1").vet(API));
    assertRefused(() -> guard(List.of("other.example.com"), "10.0.0.1").vet(API));
    assertThat(guard(List.of("127.0.0.1:8080")).vet(Authority.parse("127.0.0.1:8080", 0)))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254"})
  void a_metadata_service_is_named_by_its_very_address(String metadata) {
    assertRefused(() -> guard(List.of("api.example.com"), metadata).vet(API));
    assertRefused(() -> guard(List.of("api.example.com"), "10.0.0.1", metadata).vet(API));
    Authority literal = new Authority(new HostName(metadata, true), 80);
    assertRefused(() -> guard().vet(literal));
    assertThat(guard(List.of(HostPattern.of(literal, false).toString())).vet(literal)).hasSize(1);
  }

  @Test
  void a_wrapped_metadata_address_is_not_unlocked_by_a_name() {
    assertRefused(() -> guard(List.of("api.example.com"), "64:ff9b::a9fe:a9fe").vet(API));
    assertRefused(() -> guard(List.of("api.example.com"), "2002:a9fe:a9fe::1").vet(API));
  }

  @Test
  void a_given_address_is_dialled_without_a_look_up() {
    InetSocketAddress given = new InetSocketAddress(address("127.0.0.1"), 9443);
    AddressGuard guard =
        new AddressGuard(
            List.of(),
            Map.of(API, given),
            host -> {
              throw new UnknownHostException(host);
            });
    assertThat(guard.vet(API)).containsExactly(given);
    assertThatThrownBy(() -> guard.vet(Authority.parse("api.example.com:444", 0)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("unknown-host"));
  }

  @Test
  void this_machines_own_public_address_is_refused() {
    AddressGuard guard =
        new AddressGuard(
            List.of(),
            Map.of(),
            host -> new InetAddress[] {address("8.8.4.4")},
            () -> Set.of(address("8.8.4.4")));
    assertThatThrownBy(() -> guard.vet(API))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("an address of this machine");
  }

  @Test
  void the_interfaces_are_read_again_when_they_may_have_changed() throws Exception {
    AtomicLong clock = new AtomicLong();
    OwnAddresses own = new OwnAddresses(clock::get);
    Set<InetAddress> first = own.get();
    assertThat(first).containsAll(NetworkInterface.getByName("lo").inetAddresses().toList());
    assertThat(own.get()).isSameAs(first);
    clock.set(3_000_000_000L);
    assertThat(own.get()).isNotSameAs(first).isEqualTo(first);
  }

  @Test
  void a_name_without_an_answer() {
    assertThatThrownBy(() -> guard().vet(API))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(502);
              assertThat(refusal.code()).isEqualTo("unknown-host");
            });
  }

  @Test
  void the_systems_name_service_answers_for_localhost() throws Exception {
    assertThat(AddressGuard.NameService.system().resolve("localhost")).isNotEmpty();
    assertRefused(() ->
        new AddressGuard(List.of(), Map.of(), AddressGuard.NameService.system())
            .vet(Authority.parse("localhost:80", 0)));
  }
}
