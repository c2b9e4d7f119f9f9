/**
 * What becomes of every variable that a train step changes with its data. Starts from what is
 * written, not from what the rules found: each write is followed back to the data, and each
 * variable forward to its own writes.
 *
 * <p>Place in the flow: beside {@code org.grokfast.tensorflow.find}, of which it knows only the
 * findings; {@code org.grokfast.rewrite} plans with both. Its own view of how values flow is wider
 * than that of the rules: through loops, through arrays of tensors, and through functions whose
 * arguments are other variables in every call.
 *
 * <p>Limits: names of scopes and kinds of ops are evidence that a value comes out of a backward
 * pass; where neither that nor the arithmetic tells, a variable is undecided and is named.
 */
package org.grokfast.tensorflow.cover;
