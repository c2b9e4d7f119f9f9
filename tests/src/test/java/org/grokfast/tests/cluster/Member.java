package org.grokfast.tests.cluster;

import java.io.IOException;
import org.tensorflow.Server;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.ServerDef;

/**
 * The program of a member process: serves one task of a cluster until its standard input ends, so
 * that it never outlives the test that started it.
 */
final class Member {
  /** What a member prints when it can be reached. */
  static final String READY = "member is ready";

  private Member() {}

  /**
   * Serves a task.
   *
   * @param args the job, the number of the task, and for every task of the cluster {@code
   *     job=address}, in order
   */
  public static void main(String[] args) throws IOException {
    ServerDef.Builder server =
        ServerDef.newBuilder()
            .setProtocol("grpc")
            .setJobName(args[0])
            .setTaskIndex(Integer.parseInt(args[1]))
            .setCluster(cluster(args))
            .setDefaultSessionConfig(config(args));
    new Server(server.build()).start();
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // Nothing is ever written; the end of the stream is the end of the test.
    }
    // A server that has served can't be closed without waiting for its peers.
    Runtime.getRuntime().halt(0);
  }

  /** Members of a ring ask the first task of the cluster who else is in it. */
  private static ConfigProto config(String[] args) {
    ConfigProto.Builder config = ConfigProto.newBuilder().setIntraOpParallelismThreads(1);
    config
        .getExperimentalBuilder()
        .setCollectiveGroupLeader("/job:" + args[2].split("=", 2)[0] + "/replica:0/task:0");
    return config.build();
  }

  private static ClusterDef cluster(String[] args) {
    ClusterDef.Builder cluster = ClusterDef.newBuilder();
    JobDef.Builder job = null;
    for (int i = 2; i < args.length; i++) {
      String[] pair = args[i].split("=", 2);
      if (job == null || !job.getName().equals(pair[0])) {
        job = cluster.addJobBuilder().setName(pair[0]);
      }
      job.putTasks(job.getTasksCount(), pair[1]);
    }
    return cluster.build();
  }
}
