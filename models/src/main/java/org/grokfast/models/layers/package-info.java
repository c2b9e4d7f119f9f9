/**
 * The parts that the tasks' models share: parameters with PyTorch's default initialisation, and the
 * layers made of them. A layer is written with few, large operations whose gradients TensorFlow's C
 * library registers.
 *
 * <p>Place in the flow: below the tasks; knows neither data nor training.
 *
 * <p>Limits: float32, reference variables, no dropout.
 */
package org.grokfast.models.layers;
