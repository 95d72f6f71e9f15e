package dev.pale.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which servers the gateway believes. */
class UpstreamTrustTest {
  private final SessionAuthority company =
      SessionAuthority.create(InstantSource.system(), new SecureRandom());
  @TempDir private Path folder;

  @Test
  void aServerOfAnUnknownAuthorityIsNotBelieved() {
    SSLContext client = UpstreamTrust.of(List.of());

    assertThatThrownBy(() -> visit(client)).isInstanceOf(SSLException.class);
  }

  @Test
  void anAuthorityThatTheUserNamesIsBelieved() throws Exception {
    Path file = Files.write(folder.resolve("company.pem"), company.certificatePem());
    List<Runnable> background = new ArrayList<>();

    visit(UpstreamTrust.of(List.of(file)));
    SSLContext prepared = UpstreamTrust.of(List.of(file), background::add);
    background.forEach(Runnable::run);
    visit(prepared);

    assertThat(background).hasSize(1);
  }

  @Test
  void aFileThatIsNoneIsToldAtOnce() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "no certificate\n");
    Path broken =
        Files.writeString(
            folder.resolve("broken.pem"),
            new String(company.certificatePem(), StandardCharsets.US_ASCII).replace("MII", "AAA"));

    for (Path file : List.of(empty, broken, folder.resolve("missing.pem"), folder)) {
      assertThatThrownBy(() -> UpstreamTrust.of(List.of(file)))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(741))
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void theSystemsAuthoritiesAreKnown() {
    assertThat(SystemBundle.parse(SystemBundle.certificates())).hasSizeGreaterThan(50);
  }

  private void visit(SSLContext client) throws Exception {
    SessionAuthorityTest.handshake(
        company.contextFor("a.example"), client, "a.example", "a.example", "TLSv1.3", true);
  }
}
