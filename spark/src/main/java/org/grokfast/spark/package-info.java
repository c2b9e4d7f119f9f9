/**
 * Makes the runs of {@code grokfast compare} and {@code grokfast tune} on Apache Spark, each one of
 * its tasks.
 *
 * <p>Place in the flow: beside the command line, which finds {@link
 * org.grokfast.spark.SparkProvider} on the class path where there is this jar. {@link
 * org.grokfast.spark.SparkEngine} is in the driver; {@link org.grokfast.spark.TrainTask} goes to
 * the executors and needs nothing there but Java and Spark: the run itself is a process with
 * Grokfast's own class path.
 *
 * <p>Limits: what a run wrote until its executor was lost is lost with it; the run begins again
 * from what the driver has.
 */
package org.grokfast.spark;
