#!/usr/bin/env python3
"""Writes the reference values that the unlearning methods and Sophia are tested against.

What it needs: Python 3.10 or later and
    pip install torch transformers peft safetensors
The file beside this script was written with torch 2.13.0 (CPU), transformers 5.18.0, peft 0.21.0
and safetensors 0.8.0 on Python 3.11. It reads tiny-bert, tiny-adapter and batch.json, which
make_reference.py beside it writes, and loads nothing from a hub.

How to run it:
    python make_methods_reference.py

What it writes:
    methods.json
        rows:      logits of the original and of the student on six forget and four retained rows,
                   labels, and the answers drawn for bad-t and llmu.
        losses:    the loss of every method on these rows, in float64, from its formula.
        published: logits [batch, positions, vocabulary] of original, augmented model and student,
                   and E2URec's losses on them as its program computes them: the cross-entropy with
                   the teacher, 1e-12 added to every probability, over all positions; the language
                   model's loss with -100 ignored; and the joint loss.
        steering:  hidden states of two forget rows and a retained one, and RMU's loss on them.
        sophia:    losses of 20 steps of Sophia on the tiny BERT, with labels
                   drawn from the answers every 4 steps, and as SOUL's program has it.
    sophia_after_20_steps.safetensors, soul_after_20_steps.safetensors
        every LoRA tensor after these steps (float32 run), under PEFT's names.
"""

import json
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy, log_softmax, logsigmoid, softmax

from make_reference import answer_logits, load_base, loss_of, lora_parameters, saved_name, write_json

HERE = Path(__file__).parent
F64 = dict(dtype=torch.float64)


def random_logits(salt, *shape, scale=1.5):
    g = torch.Generator().manual_seed(70_000 + salt)
    # Rounded to what single precision holds, so that both sides start from the same numbers.
    return (scale * torch.randn(*shape, generator=g)).to(torch.float32).double()


def kl(teacher, student):
    p = softmax(teacher, -1)
    return (p * (log_softmax(teacher, -1) - log_softmax(student, -1))).sum(-1).mean()


def method_losses():
    original, student = random_logits(1, 10, 2), random_logits(2, 10, 2)
    labels = torch.tensor([1, 0, 1, 1, 0, 0, 1, 0, 0, 1])
    gaussians = random_logits(3, 6, 2, scale=1.0)
    drawn_yes = [True, False, False, True, True, False]
    f, r = slice(0, 6), slice(6, 10)
    y_f, y_r = labels[f], labels[r]
    l_f = cross_entropy(student[f], y_f)
    l_r = cross_entropy(student[r], y_r)
    nll = cross_entropy(student[f], y_f, reduction="none")
    nll_ref = cross_entropy(original[f], y_f, reduction="none")
    kl_f, kl_r = kl(original[f], student[f]), kl(original[r], student[r])
    onehot = torch.nn.functional.one_hot(y_f, 2).double()
    undial = original[f] - 2.0 * onehot
    # UNDIAL's own value is the cross-entropy; the divergence is that less the teacher's entropy.
    soft = -(softmax(undial, -1) * log_softmax(student[f], -1)).sum(-1).mean()
    entropy = -(softmax(undial, -1) * log_softmax(undial, -1)).sum(-1).mean()
    mismatch = cross_entropy(student[f], torch.tensor([int(y) for y in drawn_yes]))
    losses = {
        "neggrad": l_r - 0.2 * l_f,
        "graddiff": l_r - l_f,
        "negkl": kl_r - kl_f,
        "label-flip": l_r + 0.2 * cross_entropy(student[f], 1 - y_f),
        "bad-t": kl(0.4 * gaussians, student[f]) + kl_r,
        "undial": (soft - entropy) + kl_r,
        "npo": -(2 / 0.1) * logsigmoid(0.1 * (nll - nll_ref)).mean() + l_r,
        "simnpo": -0.125 * (2 / 4.5) * logsigmoid(4.5 * nll).mean() + l_r,
        "llmu": -0.5 * l_f + mismatch + kl_r,
    }
    return {
        "rows": {
            "original": original.tolist(),
            "student": student.tolist(),
            "labels": labels.tolist(),
            "forget_count": 6,
            "gaussians": gaussians.tolist(),
            "drawn_yes": drawn_yes,
        },
        "losses": {name: value.item() for name, value in losses.items()},
        "undial_cross_entropy": soft.item(),
        "undial_teacher_entropy": entropy.item(),
    }


def published():
    """E2URec's program (compute_forced_kl, compute_kl, get_answer_loss and the joint loss), from its formulas."""
    batch, positions, vocabulary = 3, 2, 7
    shape = (batch, positions, vocabulary)
    forget = {k: random_logits(10 + i, *shape) for i, k in enumerate(["original", "augmented", "student"])}
    retain = {k: random_logits(20 + i, *shape) for i, k in enumerate(["original", "student"])}
    # One row is so sure that the added 1e-12 shows.
    forget["student"][0, 0] = torch.tensor([40.0, -40, -40, -40, -40, -40, -40], **F64)
    labels = torch.tensor([[3, 1], [5, -100], [0, 6]])
    alpha, weight = 2.0, 0.6

    def soft_cross_entropy(teacher, student):
        return -(softmax(teacher, -1) * torch.log(softmax(student, -1) + 1e-12)).sum(-1).mean()

    def entropy(teacher):
        return -(softmax(teacher, -1) * log_softmax(teacher, -1)).sum(-1).mean()

    z_f = forget["original"] - alpha * torch.relu(forget["augmented"] - forget["original"])
    forget_loss = soft_cross_entropy(z_f, forget["student"])
    retain_kl = soft_cross_entropy(retain["original"], retain["student"])
    retain_lm = cross_entropy(retain["student"].reshape(-1, vocabulary), labels.reshape(-1), ignore_index=-100)
    return {
        "alpha": alpha,
        "weight": weight,
        "vocabulary": vocabulary,
        "forget": {k: v.reshape(-1, vocabulary).tolist() for k, v in forget.items()},
        "retain": {k: v.reshape(-1, vocabulary).tolist() for k, v in retain.items()},
        "labels": labels.reshape(-1).tolist(),
        "forgetting_teacher": z_f.reshape(-1, vocabulary).tolist(),
        "forget_loss": forget_loss.item(),
        "forget_teacher_entropy": entropy(z_f).item(),
        "retain_kl": retain_kl.item(),
        "retain_teacher_entropy": entropy(retain["original"]).item(),
        "retain_lm": retain_lm.item(),
        "joint": ((retain_lm + retain_kl) * weight + forget_loss * (1 - weight)).item(),
    }


def steering():
    """RMU's two mean squared errors over the tokens that are read (open-unlearning, compute_activation_loss)."""
    states, reference = random_logits(30, 3, 4, 5), random_logits(31, 1, 4, 5)
    mask = torch.tensor([[1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1]], **F64)
    direction = random_logits(32, 5)

    def activation_loss(h, aim, read):
        squares = ((h - aim) ** 2).mean(-1)
        return ((squares * read).sum(1) / read.sum(1)).mean()

    forget = activation_loss(states[:2], direction, mask[:2])
    retain = activation_loss(states[2:], reference, mask[2:])
    return {
        "states": states.tolist(),
        "reference": reference.tolist(),
        "mask": mask.tolist(),
        "direction": direction.tolist(),
        "forget_weight": 0.5,
        "retain_weight": 3.0,
        "loss": (0.5 * forget + 3.0 * retain).item(),
    }


def java_floats(seed):
    """java.util.Random's nextFloat, which the engine draws with."""
    state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
    while True:
        state = (state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        yield (state >> 24) / (1 << 24)


def sophia(every, empirical, double, rho, seed=5, steps=20):
    rate, decay, beta1, beta2, epsilon = 1e-3, 0.01, 0.9, 0.95, 1e-15
    batch = json.loads((HERE / "batch.json").read_text(encoding="utf-8"))
    model = PeftModel.from_pretrained(load_base(HERE / "tiny-bert"), HERE / "tiny-adapter", is_trainable=True).eval()
    parameters = lora_parameters(model)
    m = {n: torch.zeros_like(p) for n, p in parameters.items()}
    h = {n: torch.zeros_like(p) for n, p in parameters.items()}
    draws = java_floats(seed)
    rows = len(batch["labels"])
    losses = []
    clipped = []
    for step in range(steps):
        logits = answer_logits(model, batch)
        estimate = step % every == 0
        if estimate and not empirical:
            no = softmax(logits.detach(), -1)[:, 0]
            drawn = torch.tensor([int(p.item() < u) for p, u in zip(no, (next(draws) for _ in range(rows)))])
            model.zero_grad()
            cross_entropy(logits, drawn).backward(retain_graph=True)
            for n, p in parameters.items():
                h[n] = beta2 * h[n] + (1 - beta2) * p.grad * p.grad
        model.zero_grad()
        loss = loss_of(logits, batch)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for n, p in parameters.items():
                if estimate and empirical:
                    h[n] = beta2 * h[n] + (1 - beta2) * p.grad * p.grad
                for _ in range(2 if double else 1):
                    m[n] = beta1 * m[n] + (1 - beta1) * p.grad
                p.mul_(1 - rate * decay)
                share = m[n].abs() / (rho * rows * h[n] + epsilon)
                clipped.append((share >= 1).float().mean().item())
                p.sub_(rate * m[n].sign() * torch.clamp(share, max=1))
    after = {saved_name(n): p.detach().clone().contiguous() for n, p in parameters.items()}
    share_clipped = sum(clipped) / len(clipped)
    assert 0.1 < share_clipped < 0.9, share_clipped  # else one side of the clipping goes unseen
    settings = {"rate": rate, "decay": decay, "rho": rho, "seed": seed, "every": every, "share_clipped": share_clipped}
    return {**settings, "losses": losses}, after


def main():
    value = {"methods": method_losses(), "published": published(), "steering": steering()}
    value["sophia"], tensors = sophia(every=4, empirical=False, double=False, rho=20.0)
    save_file(tensors, HERE / "sophia_after_20_steps.safetensors", metadata={"format": "pt"})
    value["soul"], tensors = sophia(every=1, empirical=True, double=True, rho=20.0)
    save_file(tensors, HERE / "soul_after_20_steps.safetensors", metadata={"format": "pt"})
    write_json(HERE / "methods.json", value)


if __name__ == "__main__":
    main()
