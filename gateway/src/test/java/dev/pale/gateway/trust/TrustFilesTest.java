package dev.pale.gateway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.tls.Pem;
import dev.pale.gateway.tls.SessionAuthority;
import dev.pale.gateway.tls.SystemBundle;
import dev.pale.gateway.tls.TrustStore;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files, and what of the caller's they keep. */
class TrustFilesTest {
  private final SessionAuthority session = authority();
  private final SessionAuthority company = authority();
  private final SessionAuthority second = authority();
  @TempDir private Path folder;

  @Test
  void theSessionsAuthorityIsAddedToWhatTheSystemTrusts() throws Exception {
    TrustFiles files = write(Map.of());
    List<byte[]> system = SystemBundle.certificates();

    assertThat(certificates(files.authority())).containsExactly(session.certificateDer());
    assertThat(certificates(files.additions())).containsExactly(session.certificateDer());
    assertThat(certificates(files.bundle()))
        .hasSize(system.size() + 1)
        .contains(session.certificateDer(), system.getFirst(), system.getLast());
    assertThat(SystemBundle.fromKeyStore(files.javaStore(), "changeit"))
        .containsExactlyInAnyOrderElementsOf(certificates(files.bundle()));
    assertThat(files.notes()).isEmpty();
  }

  @Test
  void filesAreTheOwnersAlone() throws Exception {
    TrustFiles files = write(Map.of());

    for (Path each :
        List.of(
            files.authority(),
            files.additions(),
            files.bundle(),
            files.javaStore(),
            files.wgetSettings(),
            files.nodePreload())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rw-------");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(files.bundle().resolveSibling("."))))
        .isEqualTo("rwx------");
  }

  @Test
  void aLinkInTheWayIsReplacedAndNotFollowed() throws Exception {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
    Path target = Files.createDirectory(folder.resolve("trust"));
    Files.createSymbolicLink(target.resolve("bundle.pem"), elsewhere);

    write(Map.of());

    assertThat(elsewhere).hasContent("mine");
    assertThat(target.resolve("bundle.pem")).isRegularFile();
    assertThat(Files.isSymbolicLink(target.resolve("bundle.pem"))).isFalse();
  }

  @Test
  void aBundleOfTheCallersTakesTheSystemsPlace() throws Exception {
    Path own = Files.write(folder.resolve("own.pem"), company.certificatePem());

    TrustFiles files = write(Map.of("SSL_CERT_FILE", own.toString()));

    assertThat(certificates(files.bundle()))
        .containsExactly(session.certificateDer(), company.certificateDer());
    assertThat(certificates(files.additions())).containsExactly(session.certificateDer());
  }

  @Test
  void authoritiesThatTheCallerAddedForOneProgramAreKeptForAll() throws Exception {
    Path node = Files.write(folder.resolve("node.pem"), company.certificatePem());
    Path requests = Files.write(folder.resolve("requests.pem"), second.certificatePem());

    TrustFiles files =
        write(
            Map.of(
                "NODE_EXTRA_CA_CERTS", node.toString(),
                "REQUESTS_CA_BUNDLE", requests.toString(),
                "AWS_CA_BUNDLE", requests.toString()));

    assertThat(certificates(files.bundle()))
        .hasSize(SystemBundle.certificates().size() + 3)
        .contains(company.certificateDer(), second.certificateDer());
    assertThat(certificates(files.additions()))
        .containsExactly(session.certificateDer(), company.certificateDer());
  }

  @Test
  void aBrokenBlockOfTheCallersDoesNotSpoilTheBundle() throws Exception {
    byte[] unreadable = company.certificateDer();
    // Sound on the outside, so that only parsing it tells.
    unreadable[8] = 0x7f;
    String text =
        new String(Pem.encode(unreadable), StandardCharsets.US_ASCII)
            + "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n"
            + new String(second.certificatePem(), StandardCharsets.US_ASCII);
    Path mixed = Files.writeString(folder.resolve("mixed.pem"), text);

    TrustFiles files = write(Map.of("SSL_CERT_FILE", mixed.toString()));

    assertThat(certificates(files.bundle()))
        .containsExactly(session.certificateDer(), second.certificateDer());
    assertThat(files.notes()).singleElement().asString().contains("SSL_CERT_FILE", "2 broken");
  }

  @Test
  void whatCannotBeReadIsTold() {
    TrustFiles files =
        write(
            Map.of(
                "CURL_CA_BUNDLE", "/nowhere/ca.pem",
                "JAVA_TOOL_OPTIONS", "-Djavax.net.ssl.trustStore=/nowhere/store"));

    assertThat(files.notes())
        .hasSize(2)
        .anyMatch(note -> note.contains("CURL_CA_BUNDLE") && note.contains("/nowhere/ca.pem"))
        .anyMatch(note -> note.contains("/nowhere/store"));
  }

  @Test
  void aTrustStoreOfTheCallersIsKeptForJava() throws Exception {
    Path store =
        Files.write(
            folder.resolve("store.p12"), TrustStore.encode(List.of(company.certificateDer())));

    TrustFiles files = write(Map.of("JDK_JAVA_OPTIONS", "-ea -Djavax.net.ssl.trustStore=" + store));

    assertThat(SystemBundle.fromKeyStore(files.javaStore(), "changeit"))
        .contains(company.certificateDer(), session.certificateDer());
    assertThat(certificates(files.bundle())).doesNotContain(company.certificateDer());
  }

  @Test
  void settingsForWgetKeepTheCallersButForTrustAndWay() throws Exception {
    Path own =
        Files.writeString(
            folder.resolve("wgetrc"),
            "tries = 3\nCA-Certificate = /old.pem\nuse_proxy=off\n# note\ncheck_certificate = off\n");

    TrustFiles files = write(Map.of("WGETRC", own.toString(), "HOME", "/nowhere"));

    assertThat(Files.readString(files.wgetSettings()))
        .isEqualTo("tries = 3\n# note\nca_certificate = " + files.bundle() + "\n");
  }

  @Test
  void theUsersOwnSettingsForWgetAreFoundAtHome() throws Exception {
    Files.writeString(folder.resolve(".wgetrc"), "tries = 4\n");

    TrustFiles files = write(Map.of("HOME", folder.toString()));

    assertThat(Files.readString(files.wgetSettings())).startsWith("tries = 4\n");
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() {
    assertThatThrownBy(() ->
            TrustFiles.write(
                folder.resolve("a/b"),
                session.certificatePem(),
                session.certificateDer(),
                Map.of()))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(742));
  }

  private TrustFiles write(Map<String, String> environment) {
    return TrustFiles.write(
        folder.resolve("trust"), session.certificatePem(), session.certificateDer(), environment);
  }

  private static List<byte[]> certificates(Path file) throws Exception {
    Pem.Contents contents = Pem.read(Files.readAllBytes(file));
    assertThat(contents.unusable()).isZero();
    return contents.certificates();
  }

  private static SessionAuthority authority() {
    return SessionAuthority.create(InstantSource.system(), new SecureRandom());
  }
}
