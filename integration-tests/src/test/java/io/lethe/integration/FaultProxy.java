package io.lethe.integration;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP relay on this machine that is slow, silent, or gone, when a test says so. A network
 * emulator of the kernel would need its rights and its modules; a proxy of another language would
 * need its binary.
 */
final class FaultProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 * 1024;

  /** Chunks on their way in one direction; the sender waits beyond it, as on a real link. */
  private static final int CHUNKS_MAX = 256;

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final byte[] END = {};

  private final InetSocketAddress target;
  private final int port;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Object silence = new Object();
  private volatile long latencyNanos;
  private volatile long bytesPerSecond;
  private boolean noRequests;
  private boolean noAnswers;
  private ServerSocket door;
  private boolean closed;

  private FaultProxy(int port, InetSocketAddress target) {
    this.port = port;
    this.target = target;
  }

  /** Relays from a port of this machine to another one of it. */
  static FaultProxy open(int port, int targetPort) {
    FaultProxy proxy =
        new FaultProxy(port, new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
    proxy.accept();
    return proxy;
  }

  int port() {
    return port;
  }

  /** Delays every byte so long, in both directions; zero for none. */
  void latency(Duration oneWay) {
    latencyNanos = oneWay.toNanos();
  }

  /** Lets so many bytes a second through in each direction of a connection; zero for no limit. */
  void bandwidth(long limitBytesPerSecond) {
    bytesPerSecond = limitBytesPerSecond;
  }

  /** Ends every connection with a reset; new ones are taken. */
  void cut() {
    links.forEach(Link::reset);
  }

  /** Lets no byte through in either direction, as a partition does, until {@link #heal}. */
  void partition() {
    silence(true);
  }

  /**
   * Lets what callers send through and nothing that comes back: what they ask for is done, and they
   * do not learn of it.
   */
  void swallowAnswers() {
    silence(false);
  }

  private void silence(boolean requestsToo) {
    synchronized (silence) {
      noRequests = requestsToo;
      noAnswers = true;
    }
  }

  /** Cuts every connection and refuses new ones, as a port does that nobody listens on. */
  synchronized void refuse() {
    closeDoor();
    cut();
  }

  /** As a network should be. */
  synchronized void heal() {
    latencyNanos = 0;
    bytesPerSecond = 0;
    synchronized (silence) {
      noRequests = false;
      noAnswers = false;
      silence.notifyAll();
    }
    if (door == null && !closed) {
      accept();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeDoor();
    cut();
    heal();
  }

  private synchronized void accept() {
    ServerSocket opened;
    try {
      opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException failure) {
      throw new UncheckedIOException("port " + port + " cannot be listened on", failure);
    }
    door = opened;
    daemon("proxy-" + port, () -> welcome(opened));
  }

  private void closeDoor() {
    if (door != null) {
      closeQuietly(door);
      door = null;
    }
  }

  private void welcome(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket caller = opened.accept();
        daemon("proxy-" + port + "-link", () -> connect(caller));
      } catch (IOException refused) {
        // The door was closed on purpose.
        return;
      }
    }
  }

  private void connect(Socket caller) {
    Socket callee = new Socket();
    try {
      callee.connect(target, CONNECT_TIMEOUT_MILLIS);
      Link link = new Link(caller, callee);
      links.add(link);
      link.start();
    } catch (IOException unreachable) {
      closeQuietly(callee);
      reset(caller);
    }
  }

  private void awaitSound(boolean answer) throws InterruptedException {
    synchronized (silence) {
      while (answer ? noAnswers : noRequests) {
        silence.wait();
      }
    }
  }

  /** A connection through the proxy. */
  private final class Link {
    private final Socket caller;
    private final Socket callee;

    Link(Socket caller, Socket callee) {
      this.caller = caller;
      this.callee = callee;
    }

    void start() {
      relay(caller, callee, false);
      relay(callee, caller, true);
    }

    void reset() {
      links.remove(this);
      FaultProxy.reset(caller);
      FaultProxy.reset(callee);
    }

    private void relay(Socket from, Socket to, boolean answers) {
      BlockingQueue<Chunk> onTheWay = new ArrayBlockingQueue<>(CHUNKS_MAX);
      daemon("proxy-" + port + "-in", () -> read(from, onTheWay));
      daemon("proxy-" + port + "-out", () -> write(onTheWay, to, answers));
    }

    private void read(Socket from, BlockingQueue<Chunk> onTheWay) {
      byte[] buffer = new byte[CHUNK_BYTES];
      try {
        InputStream in = from.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          onTheWay.put(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime() + latencyNanos));
        }
        onTheWay.put(new Chunk(END, System.nanoTime() + latencyNanos));
      } catch (IOException gone) {
        reset();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void write(BlockingQueue<Chunk> onTheWay, Socket to, boolean answers) {
      try {
        OutputStream out = to.getOutputStream();
        while (links.contains(this)) {
          Chunk chunk = onTheWay.poll(1, TimeUnit.SECONDS);
          if (chunk == null) {
            continue;
          }
          waitUntil(chunk.dueNanos());
          awaitSound(answers);
          if (chunk.bytes() == END) {
            to.shutdownOutput();
            return;
          }
          long limit = bytesPerSecond;
          if (limit > 0) {
            waitUntil(
                System.nanoTime() + TimeUnit.SECONDS.toNanos(1) * chunk.bytes().length / limit);
          }
          out.write(chunk.bytes());
          out.flush();
        }
      } catch (IOException gone) {
        reset();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record Chunk(byte[] bytes, long dueNanos) {}

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void reset(Socket socket) {
    try {
      // With no time to linger the other side sees a reset instead of an end.
      socket.setSoLinger(true, 0);
    } catch (SocketException alreadyClosed) {
      return;
    }
    closeQuietly(socket);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception gone) {
      // It was to be gone.
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
