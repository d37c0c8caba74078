import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A server and its client in one process, knowing nothing of telemetry: the agent instruments the JDK's own HTTP server, HTTP client
 * and logger. What it exports it also writes to standard error as OTLP/JSON (the exporter `logging-otlp`), which is the ledger.
 */
public final class Shop {
  private static final Logger logger = Logger.getLogger("shop");

  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.createContext("/orders", exchange -> {
      boolean isBroken = "fail=1".equals(exchange.getRequestURI().getQuery());
      logger.log(isBroken ? Level.SEVERE : Level.INFO, isBroken ? "order refused" : "order placed");
      byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(isBroken ? 500 : 200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    HttpClient client = HttpClient.newHttpClient();
    for (int index = 0; index < 4; index++) {
      URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/orders?fail=" + index % 2);
      client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
    server.stop(0);
    System.exit(0);
  }
}
