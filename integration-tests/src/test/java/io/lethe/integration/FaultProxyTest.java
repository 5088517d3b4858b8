package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
  private static final int SOON_MILLIS = 300;
  private static final int PATIENCE_MILLIS = 10_000;
  private final AtomicInteger received = new AtomicInteger();
  private ServerSocket echo;
  private FaultProxy proxy;

  @BeforeEach
  void open() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::answer, "echo");
    thread.setDaemon(true);
    thread.start();
    proxy = FaultProxy.open(FreePorts.take(), echo.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void shouldRelayBothWays() throws IOException {
    try (Socket caller = connect()) {
      assertThat(exchange(caller, 7)).isEqualTo(7);
    }
  }

  @Test
  void shouldDelayEveryByteInBothDirections() throws IOException {
    proxy.latency(Duration.ofMillis(100));
    try (Socket caller = connect()) {
      long began = System.nanoTime();
      assertThat(exchange(caller, 7)).isEqualTo(7);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
  }

  @Test
  void shouldLetNothingThroughWhilePartedAndAllOfItOnceHealed() throws IOException {
    try (Socket caller = connect()) {
      assertThat(exchange(caller, 7)).isEqualTo(7);
      proxy.partition();
      caller.getOutputStream().write(8);
      caller.setSoTimeout(SOON_MILLIS);
      assertThatThrownBy(() -> caller.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      proxy.heal();
      caller.setSoTimeout(PATIENCE_MILLIS);
      assertThat(caller.getInputStream().read()).isEqualTo(8);
    }
  }

  @Test
  void shouldLetRequestsThroughAndHoldTheirAnswersUntilHealed() throws IOException {
    try (Socket caller = connect()) {
      assertThat(exchange(caller, 7)).isEqualTo(7);
      proxy.swallowAnswers();
      caller.getOutputStream().write(8);
      await("the request").atMost(Duration.ofSeconds(10)).until(received::get, count -> count == 2);
      caller.setSoTimeout(SOON_MILLIS);
      assertThatThrownBy(() -> caller.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      proxy.heal();
      caller.setSoTimeout(PATIENCE_MILLIS);
      assertThat(caller.getInputStream().read()).isEqualTo(8);
    }
  }

  @Test
  void shouldResetWhatItCutsAndTakeNewConnections() throws IOException {
    try (Socket caller = connect()) {
      assertThat(exchange(caller, 7)).isEqualTo(7);
      proxy.cut();
      assertThatThrownBy(() -> caller.getInputStream().read()).isInstanceOf(IOException.class);
    }
    try (Socket again = connect()) {
      assertThat(exchange(again, 9)).isEqualTo(9);
    }
  }

  @Test
  void shouldRefuseConnectionsUntilHealed() throws IOException {
    proxy.refuse();
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    proxy.heal();
    try (Socket caller = connect()) {
      assertThat(exchange(caller, 7)).isEqualTo(7);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static int exchange(Socket caller, int sent) throws IOException {
    caller.getOutputStream().write(sent);
    return caller.getInputStream().read();
  }

  private void answer() {
    try {
      while (!echo.isClosed()) {
        Socket socket = echo.accept();
        Thread thread =
            new Thread(
                () -> {
                  try (socket) {
                    for (int one = socket.getInputStream().read();
                        one >= 0;
                        one = socket.getInputStream().read()) {
                      received.incrementAndGet();
                      socket.getOutputStream().write(one);
                    }
                  } catch (IOException cut) {
                    // Tests cut it.
                  }
                },
                "echo-one");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }
}
