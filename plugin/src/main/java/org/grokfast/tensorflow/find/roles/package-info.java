/**
 * What tensors are for: which belong to the model and its losses, which to the backward pass, and
 * which variables are trained, are state of an optimizer or sum gradients.
 *
 * <p>Place in the flow: on the flow of {@code org.grokfast.tensorflow.find.flow}; below {@code
 * org.grokfast.tensorflow.find.update}. Names play no part in it, save for those that a framework
 * gives its backward pass.
 *
 * <p>Limits: see {@link org.grokfast.tensorflow.find.roles.RoleAnalysis}.
 */
package org.grokfast.tensorflow.find.roles;
