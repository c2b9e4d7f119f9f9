import numpy as np
import onnxruntime as ort

session = ort.InferenceSession("filtered.onnx", providers=["CPUExecutionProvider"])
outputs = [output.name for output in session.get_outputs()]

# Filters start at zeros.
dtypes = {"tensor(float)": np.float32, "tensor(int64)": np.int64}
feeds = {i.name: np.zeros(i.shape, dtypes[i.type]) for i in session.get_inputs()
         if i.name.startswith("grokfast/")}

random = np.random.default_rng(0)
x = random.uniform(-1, 1, (16, 4)).astype(np.float32)
feeds |= {"x": x, "y": x[:, :1] * x[:, 1:2], "lr": np.array(0.1, np.float32)}
feeds |= {"w0": random.uniform(-0.5, 0.5, (8, 4)).astype(np.float32),
          "b0": np.zeros(8, np.float32),
          "w1": random.uniform(-0.35, 0.35, (1, 8)).astype(np.float32),
          "b1": np.zeros(1, np.float32)}
for step in range(400):
    results = dict(zip(outputs, session.run(None, feeds)))
    # Weights and states: what an output NAME_new gave is the next input NAME.
    feeds |= {name[:-len("_new")]: value for name, value in results.items()
              if name.endswith("_new")}
print("loss", float(results["loss"]))
