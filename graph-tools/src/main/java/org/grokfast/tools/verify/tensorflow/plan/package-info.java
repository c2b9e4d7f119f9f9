/**
 * Plans how an original and a rewritten TensorFlow graph are run side by side: what is fed, which
 * nodes train, which tensors are read at each site, and from which loss its gradient comes.
 *
 * <p>Place in the flow: made from the graphs alone, before the child process starts; what runs in
 * that process takes the plan as it is.
 *
 * <p>Limits: nothing here loads TensorFlow.
 */
package org.grokfast.tools.verify.tensorflow.plan;
