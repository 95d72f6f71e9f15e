package dev.pale.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates as others read them: BouncyCastle, OpenSSL's strict mode, Python's. */
class CertificatesTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final String LONG_HOST = "a".repeat(60) + ".example.com";
  private static final List<String> HOSTS =
      List.of("api.example.com", "127.0.0.1", "2001:db8::1", LONG_HOST, "xn--bcher-kva.example");

  private final SessionAuthority authority =
      SessionAuthority.create(InstantSource.fixed(NOW), new SecureRandom());

  @Test
  void theAuthorityMaySignServersAndNothingBelow() throws Exception {
    Certificate ca = parsed(authority.certificateDer());
    Extensions extensions = ca.getTBSCertificate().getExtensions();

    assertThat(ca.getVersionNumber()).isEqualTo(3);
    assertThat(ca.getSubject()).isEqualTo(new X500Name("CN=" + authority.name()));
    assertThat(ca.getIssuer()).isEqualTo(ca.getSubject());
    assertThat(authority.name()).matches("Pale session [0-9a-f]{8}");
    BasicConstraints constraints = BasicConstraints.fromExtensions(extensions);
    assertThat(constraints.isCA()).isTrue();
    assertThat(constraints.getPathLenConstraint()).isEqualTo(BigInteger.ZERO);
    assertThat(KeyUsage.fromExtensions(extensions))
        .isEqualTo(new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    assertThat(extensions.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder(Extension.basicConstraints, Extension.keyUsage);
    assertThat(AuthorityKeyIdentifier.fromExtensions(extensions).getKeyIdentifierOctets())
        .isEqualTo(keyIdentifier(ca))
        .isEqualTo(SubjectKeyIdentifier.fromExtensions(extensions).getKeyIdentifier());
    assertThat(extensions.getExtensionOIDs()).hasSize(4);
    assertThat(ca.getStartDate().getDate().toInstant()).isEqualTo(NOW.minus(Duration.ofDays(1)));
    assertThat(ca.getEndDate().getDate().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(365)));
  }

  @Test
  void aServersCertificateNamesOneHost() throws Exception {
    Certificate ca = parsed(authority.certificateDer());
    for (String host : HOSTS) {
      Certificate leaf = parsed(leaf(authority, host));
      Extensions extensions = leaf.getTBSCertificate().getExtensions();

      boolean named = host.length() <= 64;
      assertThat(leaf.getSubject()).isEqualTo(new X500Name(named ? "CN=" + host : ""));
      assertThat(leaf.getIssuer()).isEqualTo(ca.getSubject());
      GeneralNames names =
          GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
      assertThat(names.getNames()).containsExactly(expectedName(host));
      assertThat(extensions.getExtension(Extension.subjectAlternativeName).isCritical())
          .isEqualTo(!named);
      assertThat(ExtendedKeyUsage.fromExtensions(extensions).getUsages())
          .containsExactly(KeyPurposeId.id_kp_serverAuth);
      assertThat(KeyUsage.fromExtensions(extensions))
          .isEqualTo(new KeyUsage(KeyUsage.digitalSignature));
      assertThat(extensions.getExtension(Extension.keyUsage).isCritical()).isTrue();
      assertThat(BasicConstraints.fromExtensions(extensions)).isNull();
      assertThat(SubjectKeyIdentifier.fromExtensions(extensions).getKeyIdentifier())
          .isEqualTo(keyIdentifier(leaf));
      assertThat(AuthorityKeyIdentifier.fromExtensions(extensions).getKeyIdentifierOctets())
          .isEqualTo(keyIdentifier(ca));
      assertThat(leaf.getSignatureAlgorithm().getAlgorithm())
          .isEqualTo(X9ObjectIdentifiers.ecdsa_with_SHA256);
      assertThat(leaf.getSignatureAlgorithm().getParameters()).isNull();
      assertThat(leaf.getStartDate().getDate().toInstant()).isEqualTo(NOW.minusSeconds(3600));
      assertThat(leaf.getEndDate().getDate().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(2)));
    }
  }

  @Test
  void serialsAreShortestFormPositiveAndNeverTheSame() throws Exception {
    Set<BigInteger> seen = new HashSet<>();
    for (int i = 0; i < 600; i++) {
      ASN1Integer serial = parsed(leaf(authority, "h" + i + ".example")).getSerialNumber();
      byte[] encoded = ((ASN1Integer) serial.toASN1Primitive()).getEncoded();
      byte[] contents = Arrays.copyOfRange(encoded, 2, encoded.length);

      assertThat(contents).isEqualTo(serial.getValue().toByteArray()).hasSizeBetween(9, 20);
      assertThat(serial.getValue()).isPositive();
      assertThat(seen.add(serial.getValue())).isTrue();
    }
  }

  @Test
  void hostsShareOneKeyThatIsNotTheAuthoritys() throws Exception {
    byte[] key = key(leaf(authority, "a.example"));

    assertThat(key(leaf(authority, "b.example"))).isEqualTo(key);
    assertThat(key(authority.certificateDer())).isNotEqualTo(key);
  }

  @Test
  void aTimeAfter2049IsAGeneralizedTime() throws Exception {
    Instant late = Instant.parse("2055-02-03T04:05:06Z");
    SessionAuthority later = SessionAuthority.create(InstantSource.fixed(late), new SecureRandom());

    Certificate leaf = parsed(leaf(later, "a.example"));

    assertThat(leaf.getStartDate().getDate().toInstant()).isEqualTo(late.minusSeconds(3600));
  }

  @Test
  void opensslVerifiesStrictly(@TempDir Path folder) throws Exception {
    SessionAuthority today = SessionAuthority.create(InstantSource.system(), new SecureRandom());
    Path ca = Files.write(folder.resolve("ca.pem"), today.certificatePem());
    for (String host : HOSTS) {
      Path leaf = Files.write(folder.resolve("leaf.pem"), Pem.encode(leaf(today, host)));
      boolean address = host.indexOf(':') >= 0 || host.equals("127.0.0.1");

      String said =
          output(
              "openssl",
              "verify",
              "-x509_strict",
              "-purpose",
              "sslserver",
              address ? "-verify_ip" : "-verify_hostname",
              host,
              "-CAfile",
              ca.toString(),
              leaf.toString());

      assertThat(said).isEqualTo(leaf + ": OK\n");
    }
  }

  @Property(tries = 60)
  void elementsOfAllLengthsAreReadByOthers(@ForAll @IntRange(min = 0, max = 70_000) int length)
      throws IOException {
    byte[] contents = new byte[length];

    byte[] encoded = Der.octetString(contents);

    assertThat(ASN1OctetString.getInstance(encoded).getOctets()).isEqualTo(contents);
    assertThat(ASN1Primitive.fromByteArray(encoded).getEncoded("DER")).isEqualTo(encoded);
    assertThat(Der.extent(encoded, 0, encoded.length)).isEqualTo(encoded.length);
    assertThat(Der.extent(encoded, 0, encoded.length - 1)).isEqualTo(-1);
  }

  @Test
  void lengthsAtEachBorder() throws IOException {
    for (int length : new int[] {0, 1, 127, 128, 255, 256, 65_535, 65_536}) {
      byte[] encoded = Der.octetString(new byte[length]);

      assertThat(ASN1Primitive.fromByteArray(encoded).getEncoded("DER")).isEqualTo(encoded);
      assertThat(Der.extent(encoded, 0, encoded.length)).isEqualTo(encoded.length);
      assertThat(Der.contents(encoded)).hasSize(length);
    }
  }

  static byte[] leaf(SessionAuthority authority, String host) throws GeneralSecurityException {
    byte[] address =
        host.indexOf(':') >= 0 || host.equals("127.0.0.1")
            ? InetAddress.ofLiteral(host).getAddress()
            : new byte[0];
    X509Certificate certificate = authority.mint(host, address).certificate();
    return certificate.getEncoded();
  }

  private static Certificate parsed(byte[] der) throws IOException {
    Certificate certificate = Certificate.getInstance(ASN1Primitive.fromByteArray(der));
    assertThat(certificate.getEncoded("DER")).isEqualTo(der);
    return certificate;
  }

  private static byte[] key(byte[] der) throws IOException {
    return parsed(der).getSubjectPublicKeyInfo().getEncoded("DER");
  }

  private static byte[] keyIdentifier(Certificate certificate) throws GeneralSecurityException {
    byte[] bits = certificate.getSubjectPublicKeyInfo().getPublicKeyData().getOctets();
    return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bits), 20);
  }

  private static GeneralName expectedName(String host) {
    boolean address = host.indexOf(':') >= 0 || host.equals("127.0.0.1");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
