import torch
from torch.func import functional_call, grad_and_value
from torch.fx.experimental.proxy_tensor import make_fx

model = torch.nn.Sequential(
    torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
names = [name for name, _ in model.named_parameters()]
labels = ["w0", "b0", "w1", "b1"]  # what the file calls them
values = [value.detach() for value in model.parameters()]


def loss_of(parameters, x, y):
    prediction = functional_call(model, dict(zip(names, parameters)), (x,))
    return torch.nn.functional.mse_loss(prediction, y)


def step(x, y, lr, *parameters):
    gradients, loss = grad_and_value(loss_of)(parameters, x, y)
    return (loss, *(p - lr * g for p, g in zip(parameters, gradients)))


example = (torch.randn(16, 4), torch.randn(16, 1), torch.tensor(0.1), *values)
traced = make_fx(step)(*example)
torch.onnx.export(
    traced, example, "step.onnx", dynamo=True, external_data=False,
    input_names=["x", "y", "lr", *labels],
    output_names=["loss", *(label + "_new" for label in labels)])
