/**
 * Where passes go in an ONNX training step: which tensor is the next value of which parameter, who
 * else takes it, which node takes the learning rate, and on which conditions updates are made.
 *
 * <p>Place in the flow: between plan and emit. Takes the index of a model and the plan, and gives
 * the places to the emitter, or refuses by name.
 *
 * <p>Limits: a parameter that is updated at two places, one whose next value training goes on with
 * inside the step, and decay where the update is written out in ops.
 */
package org.grokfast.onnx.pass;
