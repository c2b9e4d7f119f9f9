package org.grokfast.tools.verify.onnx;

import java.util.List;

/**
 * An input of a step.
 *
 * @param name its name
 * @param type the number of its elements' type, as in ONNX
 * @param shape its dimensions with every open one filled in; null where their number is open
 */
record StepInput(String name, int type, List<Long> shape) {}
