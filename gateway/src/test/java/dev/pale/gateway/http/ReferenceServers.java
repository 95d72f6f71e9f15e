package dev.pale.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pale.gateway.refusal.Refusal;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Servers of other people, started for a test, that answer each request with how they read it: Node
 * and Python themselves, nginx by what it passes on to a Node behind it. They listen on sockets in
 * a folder of their own.
 */
final class ReferenceServers implements AutoCloseable {
  /** The servers. */
  enum Server {
    NODE,
    NGINX,
    PYTHON
  }

  /**
   * A request as a server read it.
   *
   * @param fields names as they came, {@code name=value}
   */
  record Reading(String method, String target, String bodyHex, List<String> fields) {
    List<String> values(String name) {
      List<String> values = new ArrayList<>();
      for (String field : fields) {
        int equals = field.indexOf('=');
        if (field.substring(0, equals).equalsIgnoreCase(name)) {
          values.add(field.substring(equals + 1));
        }
      }
      return values;
    }
  }

  /**
   * What came of a connection.
   *
   * @param status of the refusal that ended it, or 0 when it was closed without one
   */
  record Answers(List<Reading> readings, int status) {}

  private static final String NGINX_CONF =
      """
      daemon off;
      master_process off;
      worker_processes 1;
      pid FOLDER/nginx.pid;
      error_log FOLDER/error.log crit;
      events { worker_connections 512; }
      http {
        access_log off;
        client_body_temp_path FOLDER/body;
        proxy_temp_path FOLDER/proxy;
        fastcgi_temp_path FOLDER/fastcgi;
        uwsgi_temp_path FOLDER/uwsgi;
        scgi_temp_path FOLDER/scgi;
        server {
          listen unix:FOLDER/nginx;
          client_header_timeout 5s;
          client_body_timeout 5s;
          location / {
            proxy_pass http://unix:FOLDER/behind:;
            proxy_http_version 1.1;
            proxy_ignore_client_abort on;
            proxy_buffer_size 64k;
            proxy_buffers 8 64k;
            proxy_set_header Host behind;
            proxy_set_header Connection "";
            proxy_set_header X-Seen-Host $http_host;
          }
        }
      }
      """;

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  ReferenceServers() throws IOException {
    folder = Files.createTempDirectory("pale-http");
    try {
      String node = start("node", script("reference.js"), socket("node"), socket("behind"));
      String python = start("python3", script("reference.py"), socket("python"));
      if (!node.equals("ready") || !python.equals("ready")) {
        throw new IllegalStateException("Node or Python did not start");
      }
      Path conf = folder.resolve("nginx.conf");
      Files.writeString(conf, NGINX_CONF.replace("FOLDER", folder.toString()));
      String errors = folder.resolve("error.log").toString();
      processes.add(
          new ProcessBuilder(nginx(), "-p", folder.toString(), "-c", conf.toString(), "-e", errors)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("nginx.log").toFile())
              .start());
      awaitNginx();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Debian puts it where only root looks. */
  private static String nginx() {
    return Files.isExecutable(Path.of("/usr/sbin/nginx")) ? "/usr/sbin/nginx" : "nginx";
  }

  private String socket(String name) {
    return folder.resolve(name).toString();
  }

  private String script(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream resource =
        Objects.requireNonNull(ReferenceServers.class.getResourceAsStream(name))) {
      Files.copy(resource, file);
    }
    return file.toString();
  }

  /** Starts a program that ends with its input, and gives its first line. */
  private String start(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1));
    return String.valueOf(out.readLine());
  }

  private void awaitNginx() throws IOException {
    for (int i = 0; i < 400; i++) {
      try {
        connect(Server.NGINX).close();
        return;
      } catch (IOException e) {
        pause();
      }
    }
    throw new IOException("nginx did not start: " + Files.readString(folder.resolve("nginx.log")));
  }

  private static void pause() {
    try {
      Thread.sleep(25);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SocketChannel connect(Server server) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      String name =
          switch (server) {
            case NODE -> "node";
            case NGINX -> "nginx";
            case PYTHON -> "python";
          };
      channel.connect(UnixDomainSocketAddress.of(folder.resolve(name)));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Sends these bytes and the end of the stream, and reads what the server makes of them. */
  Answers ask(Server server, byte[] raw) throws IOException {
    List<Reading> readings = new ArrayList<>();
    try (SocketChannel channel = connect(server)) {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(raw);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.shutdownOutput();
      } catch (IOException e) {
        // It answered and closed before it had read everything.
      }
      HttpInput input = new HttpInput(Channels.newInputStream(channel), 16_384);
      while (true) {
        ResponseHead head = input.readResponse("HEAD", new Limits(65_536, 128, 65_000));
        if (head.status() < 200) {
          continue;
        }
        String reading = head.headers().first("x-reading");
        if (reading == null) {
          return new Answers(readings, head.status());
        }
        readings.add(reading(server, new String(Base64.getDecoder().decode(reading), ISO_8859_1)));
      }
    } catch (EOFException e) {
      return new Answers(readings, 0);
    } catch (Refusal e) {
      // A page without a head: how some answer what looks like HTTP/0.9.
      return new Answers(readings, 400);
    } catch (IOException e) {
      return new Answers(readings, 0);
    }
  }

  private static Reading reading(Server server, String text) {
    List<String> lines = List.of(text.split("\n", -1));
    List<String> fields = lines.subList(3, lines.size());
    if (server == Server.NGINX) {
      fields =
          fields.stream()
              .filter(field -> !field.startsWith("Host="))
              .map(field -> field.startsWith("X-Seen-") ? field.substring(7) : field)
              .toList();
    }
    return new Reading(lines.get(0), lines.get(1), lines.get(2), fields);
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroy();
    }
    try {
      for (Process process : processes) {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
