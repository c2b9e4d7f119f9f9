import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(8, activation="tanh", name="hidden"),
    keras.layers.Dense(1, name="head")])
optimizer = keras.optimizers.Adam(0.01)
optimizer.build(model.trainable_variables)
loss_of = keras.losses.MeanSquaredError()


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        # What is saved with the graph: weights and slots, as TensorFlow's variables.
        self.saved = [v.value for v in model.variables + optimizer.variables]

    @tf.function(input_signature=[
        tf.TensorSpec([None, 4], name="x"), tf.TensorSpec([None, 1], name="y")])
    def train(self, x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return {"loss": loss}


step = Step()
tf.saved_model.save(step, "step", signatures={"train": step.train})
