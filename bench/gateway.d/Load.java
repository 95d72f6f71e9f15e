import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The load client of bench/gateway: one process for all contenders, so that each meets the same warm client.
 *
 * <p>Reads commands from standard input, one a line, words separated by single spaces; answers each with one line
 * {@code END key=value …} (times in nanoseconds) or {@code FAIL reason}. Commands that are measured print {@code BEGIN} when
 * their window opens, so that the caller can read the proxy's processor time at both ends.
 *
 * <pre>
 * target ID PROXY|- BASIC|- CA_FILE DIRECT_HOST:PORT AUTHORITY_PORT BEARER
 * get    ID HOST PATH                                         END status= body=
 * load   ID HOST PATH BODY_BYTES UPLOAD_BYTES CONNECTIONS WARM_SECONDS SECONDS   END requests= nanos= p50= p99= max=
 * fresh  ID HOST_PATTERN FIRST COUNT PATH BODY_BYTES          END p50= min= max= connect= tls= (each with a full TLS handshake)
 * events ID HOST PATH STREAMS                                 END events= p50= first= max= (delay of each event; first is a median)
 * quit
 * </pre>
 *
 * A response other than 200 and a body of another length end the command with FAIL: what is counted was right.
 */
final class Load {
  private record Target(String proxy, String basic, SSLContext tls, String directHost, int directPort, int authorityPort, String bearer) {}

  private static final int BUFFER = 64 * 1024;

  public static void main(String[] arguments) throws Exception {
    Map<String, Target> targets = new HashMap<>();
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.ISO_8859_1));
    for (String line; (line = commands.readLine()) != null; ) {
      String[] w = line.split(" ");
      try {
        switch (w[0]) {
          case "target" -> {
            int colon = w[5].lastIndexOf(':');
            targets.put(w[1], new Target(w[2], w[3], trusting(w[4]), w[5].substring(0, colon),
                Integer.parseInt(w[5].substring(colon + 1)), Integer.parseInt(w[6]), w[7]));
            answer("END");
          }
          case "get" -> answer(get(targets.get(w[1]), w[2], w[3]));
          case "load" -> answer(load(targets.get(w[1]), w[2], w[3], Long.parseLong(w[4]), Integer.parseInt(w[5]),
              Integer.parseInt(w[6]), Double.parseDouble(w[7]), Double.parseDouble(w[8])));
          case "fresh" -> answer(fresh(targets.get(w[1]), w[2], Integer.parseInt(w[3]), Integer.parseInt(w[4]), w[5], Long.parseLong(w[6])));
          case "events" -> answer(events(targets.get(w[1]), w[2], w[3], Integer.parseInt(w[4])));
          case "quit" -> System.exit(0);
          default -> answer("FAIL unknown command");
        }
      } catch (Exception e) {
        answer("FAIL " + e);
      }
    }
  }

  private static void answer(String line) {
    System.out.println(line.replace('\r', ' ').replace('\n', ' '));
    System.out.flush();
  }

  private static SSLContext trusting(String file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = new FileInputStream(file)) {
      int n = 0;
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + n++, c);
      }
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** One connection through the proxy to one host, TLS inside. */
  private static final class Connection implements AutoCloseable {
    final SSLSocket tls;
    final InputStream in;
    final OutputStream out;
    final long connected;
    final byte[] buffer = new byte[BUFFER];
    int at;
    int end;
    int status;

    Connection(Target target, String host) throws IOException {
      boolean direct = target.proxy.equals("-");
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      try {
        if (direct) {
          socket.connect(new InetSocketAddress(target.directHost, target.directPort), 10_000);
        } else {
          int colon = target.proxy.lastIndexOf(':');
          socket.connect(new InetSocketAddress(target.proxy.substring(0, colon), Integer.parseInt(target.proxy.substring(colon + 1))), 10_000);
          tunnel(socket, host + ":" + target.authorityPort, target.basic);
        }
        connected = System.nanoTime();
        SSLSocketFactory factory = target.tls.getSocketFactory();
        tls = (SSLSocket) factory.createSocket(socket, host, target.authorityPort, true);
        SSLParameters wanted = tls.getSSLParameters();
        wanted.setEndpointIdentificationAlgorithm("HTTPS");
        wanted.setApplicationProtocols(new String[] {"http/1.1"});
        tls.setSSLParameters(wanted);
        tls.startHandshake();
        in = tls.getInputStream();
        out = tls.getOutputStream();
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    private static void tunnel(Socket socket, String authority, String basic) throws IOException {
      String head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"
          + (basic.equals("-") ? "" : "Proxy-Authorization: Basic " + basic + "\r\n") + "\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      InputStream raw = socket.getInputStream();
      byte[] answer = new byte[4096];
      int n = 0;
      while (n < 4 || !(answer[n - 1] == '\n' && answer[n - 2] == '\r' && answer[n - 3] == '\n')) {
        int b = raw.read(); // Byte by byte: what follows the head belongs to TLS.
        if (b < 0 || n == answer.length) {
          throw new IOException("no answer to CONNECT: " + new String(answer, 0, n, StandardCharsets.ISO_8859_1));
        }
        answer[n++] = (byte) b;
      }
      if (n < 12 || answer[9] != '2' || answer[10] != '0' || answer[11] != '0') {
        throw new IOException("CONNECT refused: " + new String(answer, 0, n, StandardCharsets.ISO_8859_1));
      }
    }

    /** Sends the request and reads the whole response; gives the body's length. Keeps the body only when asked to. */
    long exchange(byte[] request, StringBuilder keep) throws IOException {
      out.write(request, 0, request.length);
      return response(keep);
    }

    private long response(StringBuilder keep) throws IOException {
      int head = head();
      long length = -1;
      boolean chunked = false;
      status = (buffer[at + 9] - '0') * 100 + (buffer[at + 10] - '0') * 10 + buffer[at + 11] - '0';
      for (int line = at; line < head - 2; line = lineEnd(line)) {
        if (is(line, "content-length:")) {
          length = number(line + 15);
        } else if (is(line, "transfer-encoding:")) {
          chunked = true;
        }
      }
      at = head;
      if (chunked) {
        long total = 0;
        while (true) {
          long size = chunkSize();
          if (size == 0) {
            skipLine();
            return total;
          }
          take(size, keep);
          total += size;
          skipLine();
        }
      }
      if (length < 0) {
        throw new IOException("a response with neither length nor chunks");
      }
      take(length, keep);
      return length;
    }

    /** Reads until the head is complete; gives the position after it. */
    int head() throws IOException {
      if (at == end) {
        at = end = 0;
      }
      int from = at;
      while (true) {
        for (int i = from; i + 3 < end; i++) {
          if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
            return i + 4;
          }
        }
        from = Math.max(at, end - 3);
        fill();
      }
    }

    private void fill() throws IOException {
      if (end == buffer.length) {
        throw new IOException("a head over 64 KiB");
      }
      int n = in.read(buffer, end, buffer.length - end);
      if (n < 0) {
        throw new EOFException("the connection ended inside a response");
      }
      end += n;
    }

    private int lineEnd(int from) {
      int i = from;
      while (buffer[i] != '\n') {
        i++;
      }
      return i + 1;
    }

    private boolean is(int from, String name) {
      for (int i = 0; i < name.length(); i++) {
        int c = buffer[from + i];
        if (c >= 'A' && c <= 'Z') {
          c += 32;
        }
        if (c != name.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private long number(int from) {
      int i = from;
      while (buffer[i] == ' ') {
        i++;
      }
      long n = 0;
      for (; buffer[i] >= '0' && buffer[i] <= '9'; i++) {
        n = n * 10 + buffer[i] - '0';
      }
      return n;
    }

    private int next() throws IOException {
      if (at == end) {
        at = end = 0;
        fill();
      }
      return buffer[at++];
    }

    private long chunkSize() throws IOException {
      long size = 0;
      for (int c; (c = next()) != '\n'; ) {
        int digit = Character.digit(c, 16);
        if (digit >= 0) {
          size = size * 16 + digit;
        } else if (c != '\r') {
          throw new IOException("an odd chunk size");
        }
      }
      return size;
    }

    void skipLine() throws IOException {
      while (next() != '\n') {
        // The rest of the line is of no interest.
      }
    }

    private void take(long count, StringBuilder keep) throws IOException {
      long left = count;
      while (left > 0) {
        if (at == end) {
          at = end = 0;
          fill();
        }
        int n = (int) Math.min(left, end - at);
        if (keep != null) {
          keep.append(new String(buffer, at, n, StandardCharsets.ISO_8859_1));
        }
        at += n;
        left -= n;
      }
    }

    @Override
    public void close() throws IOException {
      tls.close();
    }
  }

  private static byte[] request(Target target, String host, String path, int uploadBytes) {
    String authority = target.authorityPort == 443 ? host : host + ":" + target.authorityPort;
    byte[] head = ((uploadBytes > 0 ? "POST " : "GET ") + path + " HTTP/1.1\r\nHost: " + authority
        + "\r\nUser-Agent: bench/1\r\nAccept: */*\r\nAuthorization: Bearer " + target.bearer
        + (uploadBytes > 0 ? "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + uploadBytes : "")
        + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = Arrays.copyOf(head, head.length + uploadBytes);
    for (int i = head.length; i < whole.length; i++) {
      whole[i] = (byte) ('a' + (i * 31 + (i >> 7)) % 26);
    }
    return whole;
  }

  private static void check(Connection c, long length, long expected) throws IOException {
    if (c.status != 200 || length != expected) {
      throw new IOException("status " + c.status + " with " + length + " bytes instead of " + expected);
    }
  }

  private static String get(Target target, String host, String path) throws IOException {
    try (Connection c = new Connection(target, host)) {
      StringBuilder body = new StringBuilder();
      c.exchange(request(target, host, path, 0), body);
      return "END status=" + c.status + " tls=" + c.tls.getSession().getProtocol() + " body=" + body;
    }
  }

  private static String load(Target target, String host, String path, long bodyBytes, int uploadBytes, int connections, double warm,
      double seconds) throws Exception {
    byte[] request = request(target, host, path, uploadBytes);
    Histogram[] times = new Histogram[connections];
    AtomicReference<Exception> failure = new AtomicReference<>();
    CountDownLatch ready = new CountDownLatch(connections);
    CountDownLatch go = new CountDownLatch(1);
    long[] window = new long[2];
    Thread[] threads = new Thread[connections];
    for (int t = 0; t < connections; t++) {
      int id = t;
      times[t] = new Histogram();
      threads[t] = new Thread(() -> {
        boolean counted = false;
        try (Connection c = new Connection(target, host)) {
          check(c, c.exchange(request, null), bodyBytes);
          ready.countDown();
          counted = true;
          go.await();
          long begin = window[0];
          long end = window[1];
          while (true) {
            long start = System.nanoTime();
            long length = c.exchange(request, null);
            long done = System.nanoTime();
            check(c, length, bodyBytes);
            if (done > end || failure.get() != null) {
              return;
            }
            if (start >= begin) {
              times[id].add(done - start);
            }
          }
        } catch (Exception e) {
          failure.compareAndSet(null, e);
        } finally {
          if (!counted) {
            ready.countDown();
          }
        }
      });
      threads[t].start();
    }
    ready.await();
    window[0] = System.nanoTime() + (long) (warm * 1e9);
    window[1] = window[0] + (long) (seconds * 1e9);
    go.countDown();
    sleepUntil(window[0]);
    answer("BEGIN");
    sleepUntil(window[1]);
    answer("CLOSE"); // The caller reads the clocks now, while the connections are still open.
    Histogram all = new Histogram();
    for (int t = 0; t < connections; t++) {
      threads[t].join();
      all.addAll(times[t]);
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    return "END requests=" + all.count + " nanos=" + (window[1] - window[0]) + " p50=" + all.quantile(0.5) + " p99="
        + all.quantile(0.99) + " max=" + all.max;
  }

  private static void sleepUntil(long when) throws InterruptedException {
    for (long left; (left = when - System.nanoTime()) > 0; ) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  /** New connections one after the other, each to the next host of the pattern; from TCP connect to the whole response. */
  private static String fresh(Target target, String pattern, int first, int count, String path, long bodyBytes) throws Exception {
    Histogram whole = new Histogram();
    Histogram connect = new Histogram();
    Histogram tls = new Histogram();
    answer("BEGIN");
    for (int i = 0; i < count; i++) {
      String host = pattern.replace("%d", Integer.toString(first + i));
      byte[] request = request(target, host, path, 0);
      forgetSessions(target.tls);
      long start = System.nanoTime();
      try (Connection c = new Connection(target, host)) {
        long shaken = System.nanoTime();
        long length = c.exchange(request, null);
        long done = System.nanoTime();
        check(c, length, bodyBytes);
        whole.add(done - start);
        connect.add(c.connected - start);
        tls.add(shaken - c.connected);
      }
      Thread.sleep(2); // Closing is no part of what is measured.
    }
    answer("CLOSE");
    return "END p50=" + whole.quantile(0.5) + " min=" + whole.min + " max=" + whole.max + " connect=" + connect.quantile(0.5) + " tls="
        + tls.quantile(0.5);
  }

  private static void forgetSessions(SSLContext context) {
    for (byte[] id : Collections.list(context.getClientSessionContext().getIds())) {
      var session = context.getClientSessionContext().getSession(id);
      if (session != null) {
        session.invalidate();
      }
    }
  }

  /** Each event is "data: NANOS" by the clock that System.nanoTime reads too (CLOCK_MONOTONIC). */
  private static String events(Target target, String host, String path, int streams) throws Exception {
    Histogram delays = new Histogram();
    Histogram first = new Histogram();
    for (int i = 0; i < streams; i++) {
      stream(target, host, path, delays, first);
    }
    return "END events=" + delays.count + " p50=" + delays.quantile(0.5) + " first=" + first.quantile(0.5) + " max=" + delays.max;
  }

  private static void stream(Target target, String host, String path, Histogram delays, Histogram first) throws Exception {
    try (Connection c = new Connection(target, host)) {
      c.out.write(request(target, host, path, 0));
      c.at = c.head();
      StringBuilder text = new StringBuilder();
      for (boolean seen = false; ; ) {
        int b = c.next();
        if (b != '\n') {
          text.append((char) b);
          continue;
        }
        int data = text.indexOf("data: ");
        if (data >= 0) {
          String value = text.substring(data + 6).trim();
          if (value.equals("end")) {
            return;
          }
          long delay = System.nanoTime() - Long.parseLong(value);
          delays.add(delay);
          if (!seen) {
            first.add(delay);
            seen = true;
          }
        }
        text.setLength(0);
      }
    }
  }

  /** Log-linear: 128 steps for each power of two, so a value is off by less than 0.8 %. */
  private static final class Histogram {
    private final long[] counts = new long[64 * 128];
    long count;
    long max;
    long min = Long.MAX_VALUE;

    void add(long nanos) {
      counts[slot(nanos)]++;
      count++;
      max = Math.max(max, nanos);
      min = Math.min(min, nanos);
    }

    void addAll(Histogram other) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] += other.counts[i];
      }
      count += other.count;
      max = Math.max(max, other.max);
      min = Math.min(min, other.min);
    }

    long quantile(double q) {
      long rank = Math.max(1, (long) Math.ceil(q * count));
      long seen = 0;
      for (int i = 0; i < counts.length; i++) {
        seen += counts[i];
        if (seen >= rank && counts[i] > 0) {
          return value(i);
        }
      }
      return max;
    }

    private static int slot(long n) {
      int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(n | 1) - 7);
      return shift * 128 + (int) (n >>> shift);
    }

    private static long value(int slot) {
      if (slot < 256) {
        return slot;
      }
      int shift = slot / 128 - 1;
      return ((long) (slot - shift * 128) << shift) + (1L << shift >> 1);
    }
  }
}
