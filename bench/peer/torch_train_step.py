"""Times one training step of the MNIST network in eager PyTorch: forward, backward, Nesterov.

    torch_train_step.py FOLDER STEPS

FOLDER holds step.json (what stands where) and step.bin (float32): the first weights, pictures and labels of the bench, so that
the first losses can be compared. One JSON object on stdout: milliseconds of each step in both memory layouts, and losses.
"""

import json
import pathlib
import sys
import time

import torch
import torch.nn.functional as F

RATE, WARM = 0.1, 5


def tensors(folder):
    header = json.loads((folder / "step.json").read_text())
    values = torch.frombuffer(bytearray((folder / "step.bin").read_bytes()), dtype=torch.float32)
    return {
        one["name"]: values[one["offset"] : one["offset"] + one["length"]].reshape(one["shape"]) for one in header
    }


class Network(torch.nn.Module):
    """Convolution, ReLU, batch norm; pools after the first and the fourth block."""

    def __init__(self, weights):
        super().__init__()
        sizes = [(1, 16, 5, 1), (16, 32, 3, 1), (32, 64, 3, 1), (64, 64, 3, 1), (64, 128, 3, 1)]
        self.convs = torch.nn.ModuleList(torch.nn.Conv2d(i, o, k, padding=p) for i, o, k, p in sizes)
        self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(o) for _, o, _, _ in sizes)
        with torch.no_grad():
            for number, (conv, norm) in enumerate(zip(self.convs, self.norms), 1):
                conv.weight.copy_(weights[f"block{number}/kernel"].permute(3, 2, 0, 1))
                conv.bias.copy_(weights[f"block{number}/bias"])
                norm.weight.copy_(weights[f"block{number}/gamma"])
                norm.bias.copy_(weights[f"block{number}/beta"])

    def forward(self, x):
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = norm(F.relu(conv(x)))
            if number in (0, 3):
                x = F.max_pool2d(x, 2)
        return x.mean((2, 3))


def run(data, steps, layout):
    network = Network(data).to(memory_format=layout).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9, nesterov=True, weight_decay=1e-4)
    pictures = data["pictures"].permute(0, 3, 1, 2).contiguous(memory_format=layout)
    labels = data["labels"].long()
    classes, batch = 10, len(labels)
    losses, times = [], []
    for step in range(steps + WARM):
        started = time.perf_counter()
        embeddings = network(pictures)
        references, queries, unlabelled = embeddings.split([classes, batch, len(pictures) - classes - batch])
        distance = lambda x: (x[:, None] - references[None]).square().sum(2).sqrt()
        labelled = F.cross_entropy(-distance(queries), labels)
        log_p = F.log_softmax(-distance(unlabelled), 1)
        loss = labelled - (log_p.exp() * log_p).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step >= WARM:
            times.append(1000 * (time.perf_counter() - started))
    return {"ms": times, "losses": losses[:3]}


if __name__ == "__main__":
    given, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    found = tensors(given)
    print(
        json.dumps(
            {
                "version": torch.__version__,
                "threads": torch.get_num_threads(),
                "contiguous": run(found, count, torch.contiguous_format),
                "channelsLast": run(found, count, torch.channels_last),
            }
        )
    )
