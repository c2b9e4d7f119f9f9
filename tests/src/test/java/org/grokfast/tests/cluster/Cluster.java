package org.grokfast.tests.cluster;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tools.console.ChildJvm;

/**
 * Processes of this machine that together are a TensorFlow cluster. A member counts as started when
 * it has said so; all end with {@link #close}, and by themselves should this process end.
 */
final class Cluster implements AutoCloseable {
  /** Ports are free when they are chosen; another process may be faster to take one. */
  private static final int ATTEMPTS = 3;

  /** Address by task, {@code ps:0}, in the order of the cluster. */
  private final Map<String, String> addresses = new LinkedHashMap<>();

  private final Map<String, Process> members = new LinkedHashMap<>();
  private final File log;

  private Cluster() throws IOException {
    log = File.createTempFile("cluster", ".log");
  }

  /**
   * Starts a process for each task.
   *
   * @param jobs how many tasks each job has, in the order of the cluster
   * @throws IOException if a member ends before it is ready; with what it wrote
   */
  static Cluster start(Map<String, Integer> jobs) throws IOException {
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Cluster cluster = new Cluster();
      try {
        cluster.choosePorts(jobs);
        for (String task : cluster.addresses.keySet()) {
          cluster.members.put(task, cluster.fork(task));
        }
        for (String task : cluster.addresses.keySet()) {
          cluster.awaitReady(task);
        }
        return cluster;
      } catch (IOException e) {
        last = e;
        cluster.close();
      }
    }
    throw last;
  }

  private void choosePorts(Map<String, Integer> jobs) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (Map.Entry<String, Integer> job : jobs.entrySet()) {
        for (int task = 0; task < job.getValue(); task++) {
          ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          sockets.add(socket);
          addresses.put(job.getKey() + ":" + task, "localhost:" + socket.getLocalPort());
        }
      }
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private Process fork(String task) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(ChildJvm.options());
    command.addAll(List.of("-cp", String.join(File.pathSeparator, ChildJvm.classPath())));
    command.add(Member.class.getName());
    command.addAll(List.of(task.split(":", 2)));
    addresses.forEach((other, at) -> command.add(other.replaceFirst(":.*", "") + "=" + at));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log));
    return builder.start();
  }

  private void awaitReady(String task) throws IOException {
    BufferedReader out = members.get(task).inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals(Member.READY)) {
        return;
      }
    }
    throw new IOException(task + " ended before it was ready:\n" + Files.readString(log.toPath()));
  }

  /** The target of a session whose master is a task: {@code grpc://localhost:…}. */
  String target(String task) {
    return "grpc://" + addresses.get(task);
  }

  /** Ends a member at once, as a machine that fails does. */
  void kill(String task) throws InterruptedException {
    members.get(task).destroyForcibly().waitFor();
  }

  /** Starts a member that was killed again, at the address that it had. */
  void restart(String task) throws IOException {
    members.put(task, fork(task));
    awaitReady(task);
  }

  @Override
  public void close() {
    members.values().forEach(Process::destroyForcibly);
    for (Process member : members.values()) {
      member.onExit().join();
    }
    log.delete();
  }
}
