import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(32, activation="relu", name="hidden"),
    keras.layers.Dense(1, name="head")])
optimizer = keras.optimizers.AdamW(0.01)
optimizer.build(model.trainable_variables)
loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
INPUTS = [tf.TensorSpec([None, 4], name="x"), tf.TensorSpec([None], name="y")]


def judged(x, y, training):
    logits = model(x, training=training)[:, 0]
    right = tf.equal(logits > 0, y > 0.5)
    return {"loss": loss_of(y, logits), "accuracy": tf.reduce_mean(tf.cast(right, tf.float32))}


class Step(tf.Module):
    def __init__(self):
        super().__init__()
        self.saved = [v.value for v in model.variables + optimizer.variables]

    @tf.function(input_signature=INPUTS)
    def train(self, x, y):
        with tf.GradientTape() as tape:
            outputs = judged(x, y, training=True)
        gradients = tape.gradient(outputs["loss"], model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return outputs

    @tf.function(input_signature=INPUTS)
    def validate(self, x, y):
        return judged(x, y, training=False)


step = Step()
tf.saved_model.save(step, "step", signatures={"train": step.train, "validate": step.validate})
