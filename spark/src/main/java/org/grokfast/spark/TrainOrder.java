package org.grokfast.spark;

import java.io.Serializable;
import java.util.ArrayList;

/**
 * What an executor is told of a run.
 *
 * @param words the words of the command line, without those that say where its files go
 * @param resumes whether it goes on from the files that come with it
 * @param program the name of the class whose main method is the command line
 * @param javaOptions options of its JVM
 * @param classPath the program's class path: paths on the executor's machine, or names of jars that
 *     Spark has brought there
 * @param isBrought whether the class path is of names
 * @param needed the place that has to be on the executor's machine; null if it can't be named
 * @param hopeless what the last line of a run begins with that would fail the same way again
 */
record TrainOrder(
    ArrayList<String> words,
    boolean resumes,
    String program,
    ArrayList<String> javaOptions,
    ArrayList<String> classPath,
    boolean isBrought,
    String needed,
    String hopeless)
    implements Serializable {}
