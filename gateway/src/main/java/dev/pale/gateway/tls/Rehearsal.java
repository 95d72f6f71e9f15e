package dev.pale.gateway.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManagerFactory;

/**
 * One handshake of both sides in memory. A new process loads and runs some hundred classes for its
 * first handshake; done beforehand, the first client need not wait for that.
 */
final class Rehearsal {
  private static final int BUFFER_BYTES = 1 << 15;

  /** A handshake takes far fewer turns: a limit, so that a mistake cannot hang a thread. */
  private static final int TURNS = 60;

  private Rehearsal() {}

  /** Whether both sides came to the end. */
  static boolean run(SSLContext serverContext, X509Certificate authority) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("authority", authority);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext clientContext = SSLContext.getInstance("TLS");
      clientContext.init(null, factory.getTrustManagers(), null);
      SSLEngine client = clientContext.createSSLEngine();
      client.setUseClientMode(true);
      SSLEngine server = serverContext.createSSLEngine();
      server.setUseClientMode(false);
      return converse(client, server);
    } catch (GeneralSecurityException | IOException e) {
      return false;
    }
  }

  private static boolean converse(SSLEngine client, SSLEngine server) throws IOException {
    ByteBuffer toServer = ByteBuffer.allocate(BUFFER_BYTES);
    ByteBuffer toClient = ByteBuffer.allocate(BUFFER_BYTES);
    client.beginHandshake();
    server.beginHandshake();
    for (int turn = 0; turn < TURNS; turn++) {
      if (client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
          && server.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
        return true;
      }
      turn(client, toClient, toServer);
      turn(server, toServer, toClient);
    }
    return false;
  }

  private static void turn(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
          task.run();
        }
      }
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(BUFFER_BYTES));
        in.compact();
      }
    }
  }
}
