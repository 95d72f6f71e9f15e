package dev.pale.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of certificates as others leave them, and as we write them. */
class PemTest {
  private final SessionAuthority authority =
      SessionAuthority.create(InstantSource.system(), new SecureRandom());
  private final byte[] der = authority.certificateDer();
  private final String pem = new String(authority.certificatePem(), StandardCharsets.US_ASCII);

  @Test
  void whatWeWriteIsReadByTheJdkAndByUs() throws Exception {
    X509Certificate read =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(authority.certificatePem()));

    assertThat(read.getEncoded()).isEqualTo(der);
    assertThat(pem.lines()).allMatch(line -> line.length() <= 64);
    assertThat(read(pem)).isEqualTo(new int[] {1, 0});
  }

  @Test
  void oneBrokenBlockDoesNotSpoilTheOthers() {
    String broken = pem.substring(0, 120) + "!!!!" + pem.substring(124);
    String cut = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    String openEnd = "-----BEGIN CERTIFICATE-----\nMIIBAA\n";

    assertThat(read(pem + broken + pem)).isEqualTo(new int[] {2, 1});
    assertThat(read(cut + pem)).isEqualTo(new int[] {1, 1});
    assertThat(read(openEnd + pem)).isEqualTo(new int[] {1, 1});
    assertThat(read(pem + openEnd)).isEqualTo(new int[] {1, 1});
    assertThat(read(pem + "-----BEGIN ")).isEqualTo(new int[] {1, 0});
    assertThat(read("")).isEqualTo(new int[] {0, 0});
  }

  @Test
  void otherSpellingsAreRead() {
    assertThat(read(pem.replace("\n", "\r\n"))).isEqualTo(new int[] {1, 0});
    assertThat(read("# Company CA\nsubject=x\n" + pem + "\nmore")).isEqualTo(new int[] {1, 0});
    assertThat(read(pem.replace("CERTIFICATE", "X509 CERTIFICATE"))).isEqualTo(new int[] {1, 0});
    assertThat(Pem.read(der).certificates()).containsExactly(der);
  }

  @Test
  void settingsOfATrustedCertificateAreLeftOut() {
    byte[] trusted = java.util.Arrays.copyOf(der, der.length + 4);
    System.arraycopy(new byte[] {0x30, 2, 0x05, 0}, 0, trusted, der.length, 4);
    String text =
        new String(Pem.encode(trusted), StandardCharsets.US_ASCII)
            .replace("CERTIFICATE", "TRUSTED CERTIFICATE");

    assertThat(Pem.read(text.getBytes(StandardCharsets.US_ASCII)).certificates())
        .containsExactly(der);
  }

  @Test
  void keysAreNoCertificates() {
    String key = pem.replace("CERTIFICATE", "PRIVATE KEY");

    assertThat(read(key + pem)).isEqualTo(new int[] {1, 0});
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"changeit", "anything"})
  void theTrustStoreIsReadWithAnyPasswordOrNone(String password) throws Exception {
    byte[] second =
        SessionAuthority.create(InstantSource.system(), new SecureRandom()).certificateDer();
    byte[] encoded = TrustStore.encode(List.of(der, second));

    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(encoded), password == null ? null : password.toCharArray());

    assertThat(store.size()).isEqualTo(2);
    assertThat(store.isCertificateEntry("ca-0")).isTrue();
    assertThat(store.getCertificate("ca-0").getEncoded()).isEqualTo(der);
    assertThat(store.getCertificate("ca-1").getEncoded()).isEqualTo(second);
  }

  /** How many were found, how many were unusable. */
  private static int[] read(String text) {
    Pem.Contents contents = Pem.read(text.getBytes(StandardCharsets.ISO_8859_1));
    return new int[] {contents.certificates().size(), contents.unusable()};
  }
}
