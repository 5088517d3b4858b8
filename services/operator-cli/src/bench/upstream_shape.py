"""E2URec in the shape it was published in, for `lethe bench speed` to measure against.

Needs the public packages torch, transformers and peft; the figures in the documentation are from torch 2.13, transformers 5.18 and peft 0.21.
Three copies of the model; the augmented one is fine-tuned with all its parameters; teachers answer every batch anew; the retained rows pass the
student twice a step, once for the divergence and once for the labels; losses over the whole vocabulary at the answer's position.

Usage: upstream_shape.py JOB.json RESULT.json
"""

import copy
import json
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel

EPSILON = 1e-12


class Answering(torch.nn.Module):
    """An encoder that answers at one position, by its own word embeddings."""

    def __init__(self, encoder, words):
        super().__init__()
        self.encoder = encoder
        self.words = words

    def forward(self, batch):
        ids, mask, at, _ = batch
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden[torch.arange(len(at), device=at.device), at] @ self.words().T


def collate(rows, device):
    length = max(len(row["ids"]) for row in rows)
    ids = torch.tensor([row["ids"] + [0] * (length - len(row["ids"])) for row in rows], device=device)
    mask = torch.tensor([[1] * len(row["ids"]) + [0] * (length - len(row["ids"])) for row in rows], device=device)
    at = torch.tensor([row["answerAt"] for row in rows], device=device)
    return ids, mask, at, torch.tensor([row["label"] for row in rows], device=device)


def batches(rows, size, generator, device):
    while True:
        order = torch.randperm(len(rows), generator=generator).tolist()
        for start in range(0, len(order) - size + 1, size):
            yield collate([rows[i] for i in order[start : start + size]], device)


def soft_cross_entropy(teacher, student):
    return -(torch.softmax(teacher, -1) * torch.log(torch.softmax(student, -1) + EPSILON)).sum(-1).mean()


def main():
    job = json.load(open(sys.argv[1]))
    device = ("cuda" if torch.cuda.is_available() else "cpu") if job["device"] == "auto" else job["device"]
    torch.set_num_threads(job["threads"])
    torch.manual_seed(job["seed"])
    generator = torch.Generator().manual_seed(job["seed"])

    def load():
        encoder = AutoModel.from_pretrained(job["model"], add_pooling_layer=False, dtype=torch.float32).to(device)
        return Answering(encoder, lambda: encoder.get_input_embeddings().weight)

    original = load().eval()
    augmented = copy.deepcopy(original)
    augmented.words = lambda: augmented.encoder.get_input_embeddings().weight
    augmented.train()
    student = load()
    student.encoder = get_peft_model(
        student.encoder, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=["query", "value"])
    ).to(device)
    words = original.words().detach()
    student.words = lambda: words
    student.train()

    def loss_on_label(model, batch):
        answers = torch.tensor(job["answers"], device=device)
        return torch.nn.functional.cross_entropy(model(batch), answers[batch[3]])

    forget, retain, size = job["forget"], job["retain"], job["batchSize"]
    begin = time.perf_counter()
    optimizer = torch.optim.AdamW(augmented.parameters(), lr=job["augmentedLearningRate"])
    source = batches(forget, size, generator, device)
    for _ in range(job["augmentedSteps"]):
        loss = loss_on_label(augmented, next(source))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    augmented.eval()
    augmented_seconds = time.perf_counter() - begin

    optimizer = torch.optim.AdamW([p for p in student.parameters() if p.requires_grad], lr=job["learningRate"])
    forgotten, retained = batches(forget, size, generator, device), batches(retain, size, generator, device)
    for step in range(job["steps"]):
        batch = next(forgotten)
        with torch.no_grad():
            z_o, z_a = original(batch), augmented(batch)
            teacher = z_o - job["alpha"] * torch.relu(z_a - z_o)
        loss = soft_cross_entropy(teacher, student(batch))
        if step >= job["warmUpSteps"]:
            kept = next(retained)
            with torch.no_grad():
                remembered = original(kept)
            rest = loss_on_label(student, kept) + soft_cross_entropy(remembered, student(kept))
            loss = rest * job["retainWeight"] + loss * (1 - job["retainWeight"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    # A GPU is done only when something is read.
    loss.item()
    seconds = time.perf_counter() - begin

    student.eval()
    no, yes = job["answers"]
    scores = []
    with torch.no_grad():
        for start in range(0, len(forget), 32):
            logits = student(collate(forget[start : start + 32], device))[:, [no, yes]]
            scores += torch.softmax(logits, -1)[:, 1].tolist()
    with open(sys.argv[2], "w") as out:
        json.dump({"seconds": seconds, "augmentedSeconds": augmented_seconds, "forgetScores": scores}, out)


if __name__ == "__main__":
    main()
