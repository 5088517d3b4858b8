package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Chooses a local port for each name: the one asked for, else the one it had before, else any. */
final class Ports {
  private Ports() {}

  /**
   * @param names who needs a port
   * @param asked ports the operator insists on, by name
   * @param before ports of an earlier run, kept where they are still free
   * @throws CliException when a port that was asked for is in use
   */
  static Map<String, Integer> choose(
      List<String> names, Map<String, Integer> asked, Map<String, Integer> before) {
    Map<String, ServerSocket> held = new LinkedHashMap<>();
    try {
      // All are held open until the last is chosen, so that none is given twice.
      for (String name : names) {
        if (asked.containsKey(name)) {
          held.put(name, openAsked(name, asked.get(name)));
        }
      }
      for (String name : names) {
        if (!held.containsKey(name)) {
          held.put(name, openAny(before.getOrDefault(name, 0)));
        }
      }
      Map<String, Integer> ports = new LinkedHashMap<>();
      names.forEach(name -> ports.put(name, held.get(name).getLocalPort()));
      return ports;
    } finally {
      held.values().forEach(Ports::close);
    }
  }

  private static ServerSocket openAsked(String name, int port) {
    try {
      return open(port);
    } catch (IOException inUse) {
      throw new CliException(
          "port " + port + " asked for " + name + " is in use",
          "stop what listens there, or leave --port "
              + name
              + "="
              + port
              + " out to have a free one chosen",
          inUse);
    }
  }

  private static ServerSocket openAny(int preferred) {
    try {
      return open(preferred);
    } catch (IOException taken) {
      try {
        return open(0);
      } catch (IOException none) {
        throw new CliException(
            "no free port is left", "stop some of the programs that listen on this machine", none);
      }
    }
  }

  private static ServerSocket open(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      // A port whose last connections still linger counts as free, as it does for the broker.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return socket;
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
