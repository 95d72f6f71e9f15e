package dev.pale.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DeparturesTest {
  @Test
  void aClientThatClosedIsGone() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket client = new Socket()) {
      client.connect(new InetSocketAddress("127.0.0.1", server.getLocalPort()));
      try (Socket accepted = server.accept()) {
        assertThat(Departures.now().isGone(accepted)).isFalse();
        client.getOutputStream().write(1);
        client.close();
        // What it has sent is not read: only the kernel knows that it has gone.
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> Departures.now().isGone(accepted));
      }
    }
  }

  @Test
  void aClientThatWasCutOffIsGone() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket client = new Socket()) {
      client.connect(new InetSocketAddress("127.0.0.1", server.getLocalPort()));
      try (Socket accepted = server.accept()) {
        client.setSoLinger(true, 0);
        client.close();
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> Departures.now().isGone(accepted));
      }
    }
  }

  @Test
  void whereThereIsNoPortNobodyCanTell() throws IOException {
    try (Socket unconnected = new Socket()) {
      assertThat(Departures.now().isGone(unconnected)).isFalse();
    }
  }
}
