#!/usr/bin/env python3
"""Writes the reference values that the engine's numerics are tested against.

What it needs: Python 3.10 or later and
    pip install torch transformers peft safetensors
The files beside this script were written with torch 2.13.0 (CPU), transformers 5.18.0,
peft 0.21.0 and safetensors 0.8.0 on Python 3.11. A CPU is enough; it takes a few seconds,
loads nothing from a hub and uses only made-up numbers.

How to run it:
    python make_reference.py --out DIR

What it writes into DIR:
    tiny-bert/config.json, model.safetensors
        a small random BertModel: hidden 32, 2 layers, 4 heads, intermediate 64, vocabulary 120,
        64 positions, layer-norm eps 1e-12, gelu (the exact, erf one), no pooler. Every tensor is
        random, biases and layer norms and the [PAD] row too, so that leaving one out shows.
    tiny-adapter/adapter_config.json, adapter_model.safetensors
        a PEFT LoRA adapter on it: r 4, alpha 8 (scaling 2), query and value, no dropout, B not zero.
    batch.json
        three padded rows: input_ids, attention_mask, the place of [MASK] in each row, labels,
        the ids of the two answer tokens. Token types are all 0, positions count from 0.
    reference.json
        model:   the answer logits, [no, yes] per row = h[mask] . word_embeddings[[no, yes]],
                 without and with the adapter; the logits over the whole vocabulary in the same way;
                 h[mask]; losses; the 21 losses before, during and after 20 AdamW steps.
                 "float32" is a run in float32, "float64" the same run in float64;
                 "float32_vs_float64" is how far the two are apart, a guide to fair tolerances.
        e2urec:  forgetting teacher, KL, cross-entropy and entropy, all in float64.
        metrics: AUC, log loss, accuracy, Jensen-Shannon divergence, L2, all in float64.
    lora_gradients.safetensors
        d loss / d tensor of every LoRA tensor at the start (float32 run), under PEFT's names.
    lora_after_20_steps.safetensors
        every LoRA tensor after the 20 steps (float32 run), under PEFT's names.

The loss is the mean over the rows of the cross-entropy of the two answer logits at the [MASK]
position against the label (1 = yes). AdamW is torch.optim.AdamW over the LoRA tensors only: lr 1e-3,
betas 0.9 and 0.999, eps 1e-8, weight decay 0.01 (decoupled, on A and B alike), no clipping, no schedule.
All logarithms are natural ones. The same versions on the same kind of CPU write the same bytes.
"""

import argparse
import json
import math
import os
import platform
import shutil
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import peft
import safetensors
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel

SEED = 20240603
PAD, CLS, SEP, MASK = 0, 1, 2, 3
YES, NO = 17, 29  # yes < no on purpose: swapping the two answer columns shows
LENGTHS = [12, 9, 7]
MASK_POSITIONS = [10, 7, 4]
LABELS = [1, 0, 1]
STEPS = 20


def generator(salt):
    return torch.Generator().manual_seed(SEED + salt)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def make_base(folder):
    config = BertConfig(
        vocab_size=120,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        hidden_act="gelu",
        max_position_embeddings=64,
        type_vocab_size=2,
        layer_norm_eps=1e-12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=PAD,
    )
    model = BertModel(config, add_pooling_layer=False)
    g = generator(1)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=g)
            if name.endswith("LayerNorm.weight"):
                p.copy_(1.0 + 0.1 * noise)
            elif name.endswith("bias"):
                p.copy_(0.1 * noise)
            elif name.startswith("embeddings."):
                p.copy_(0.3 * noise)
            else:
                p.copy_(0.25 * noise)
    model.save_pretrained(folder, safe_serialization=True)


def load_base(folder, dtype=torch.float32):
    model = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
    return model.to(dtype).eval()


def make_adapter(base_folder, folder):
    config = LoraConfig(
        r=4, lora_alpha=8, target_modules=["query", "value"], lora_dropout=0.0, bias="none",
        base_model_name_or_path=base_folder.name,
    )
    base = load_base(base_folder)
    base.name_or_path = base_folder.name  # not the path on this machine
    model = get_peft_model(base, config)
    g = generator(2)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            if ".lora_A." in name or ".lora_B." in name:
                p.copy_(0.15 * torch.randn(p.shape, generator=g))
    model.save_pretrained(folder, safe_serialization=True, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # PEFT's model card
    # PEFT keeps target_modules as a set, whose order changes from run to run
    path = folder / "adapter_config.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    written["target_modules"] = sorted(written["target_modules"])
    path.write_text(json.dumps(written, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def make_batch():
    g = generator(3)
    width = max(LENGTHS)
    ids, attention = [], []
    for length, mask_at in zip(LENGTHS, MASK_POSITIONS):
        row = torch.randint(30, 120, (length,), generator=g).tolist()
        row[0], row[-1], row[mask_at] = CLS, SEP, MASK
        ids.append(row + [PAD] * (width - length))
        attention.append([1] * length + [0] * (width - length))
    return {
        "input_ids": ids,
        "attention_mask": attention,
        "mask_positions": MASK_POSITIONS,
        "labels": LABELS,
        "yes_id": YES,
        "no_id": NO,
    }


def hidden_at_mask(model, batch):
    h = model(
        input_ids=torch.tensor(batch["input_ids"]),
        attention_mask=torch.tensor(batch["attention_mask"]),
    ).last_hidden_state
    return h[torch.arange(h.shape[0]), torch.tensor(batch["mask_positions"])]


def word_embeddings(model):
    bert = model.get_base_model() if isinstance(model, PeftModel) else model
    return bert.embeddings.word_embeddings.weight


def answer_logits(model, batch):
    rows = word_embeddings(model)[[batch["no_id"], batch["yes_id"]]]
    return hidden_at_mask(model, batch) @ rows.T


def loss_of(logits, batch):
    return torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"]))


def lora_parameters(model):
    return {n: p for n, p in model.named_parameters() if ".lora_" in n}


def saved_name(parameter_name):
    return parameter_name.replace(".default.", ".")


def forward_values(model, batch):
    with torch.no_grad():
        h = hidden_at_mask(model, batch)
        logits = answer_logits(model, batch)
        rows = torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"]), reduction="none")
        vocabulary = h @ word_embeddings(model).T
        gold = torch.tensor([YES if y == 1 else NO for y in batch["labels"]])
        return {
            "hidden_at_mask": h.tolist(),
            "answer_logits": logits.tolist(),
            "vocabulary_logits": vocabulary.tolist(),
            "loss_per_row": rows.tolist(),
            "loss": rows.mean().item(),
            "loss_without_row_1": ((rows[0] + rows[2]) / 2).item(),
            "vocabulary_loss": torch.nn.functional.cross_entropy(vocabulary, gold).item(),
        }


def check_padding(model, batch):
    """A padded row must say what the same row says on its own."""
    with torch.no_grad():
        together = answer_logits(model, batch)
        for i, length in enumerate(LENGTHS):
            alone = answer_logits(model, {
                **batch,
                "input_ids": [batch["input_ids"][i][:length]],
                "attention_mask": [[1] * length],
                "mask_positions": [MASK_POSITIONS[i]],
            })
            assert torch.allclose(alone[0], together[i], atol=1e-5), (i, alone, together[i])


def run_model(base_folder, adapter_folder, batch, dtype):
    without = forward_values(load_base(base_folder, dtype), batch)
    model = PeftModel.from_pretrained(load_base(base_folder), adapter_folder, is_trainable=True).to(dtype).eval()
    check_padding(model, batch)
    parameters = lora_parameters(model)
    assert parameters and all(p.requires_grad and p.dtype == dtype for p in parameters.values())
    assert all(not p.requires_grad for n, p in model.named_parameters() if n not in parameters)
    on_disk = load_file(adapter_folder / "adapter_model.safetensors")
    assert {saved_name(n) for n in parameters} == set(on_disk)
    assert all(torch.equal(p.float(), on_disk[saved_name(n)]) for n, p in parameters.items())

    with_adapter = forward_values(model, batch)
    loss_of(answer_logits(model, batch), batch).backward()
    gradients = {saved_name(n): p.grad.detach().clone() for n, p in parameters.items()}

    model.zero_grad()
    optimiser = torch.optim.AdamW(
        list(parameters.values()), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01
    )
    losses = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = loss_of(answer_logits(model, batch), batch)
        losses.append(loss.item())
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        logits = answer_logits(model, batch)
        losses.append(loss_of(logits, batch).item())
    state = get_peft_model_state_dict(model, save_embedding_layers=False)
    after = {k: v.detach().clone().contiguous() for k, v in state.items()}
    values = {
        "without_adapter": without,
        "with_adapter": with_adapter,
        "adamw": {"losses": losses, "answer_logits_after": logits.tolist()},
    }
    return values, gradients, after


def farthest(a, b):
    return max((a[k].double() - b[k].double()).abs().max().item() for k in a)


def gap(a, b):
    return (torch.tensor(a, dtype=torch.float64) - torch.tensor(b, dtype=torch.float64)).abs().max().item()


def model_reference(out, base_folder, adapter_folder, batch):
    v32, grad32, after32 = run_model(base_folder, adapter_folder, batch, torch.float32)
    v64, grad64, after64 = run_model(base_folder, adapter_folder, batch, torch.float64)
    save_file(grad32, out / "lora_gradients.safetensors", metadata={"format": "pt"})
    save_file(after32, out / "lora_after_20_steps.safetensors", metadata={"format": "pt"})
    start = load_file(adapter_folder / "adapter_model.safetensors")
    return {
        "optimiser": {"name": "AdamW", "lr": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8,
                      "weight_decay": 0.01, "steps": STEPS},
        "float32": v32,
        "float64": v64,
        "lora_tensors": {
            k: {
                "shape": list(start[k].shape),
                "norm": start[k].double().norm().item(),
                "gradient_norm": grad64[k].norm().item(),
                "norm_after_20_steps": after64[k].norm().item(),
            }
            for k in sorted(start)
        },
        "float32_vs_float64": {
            "answer_logits": gap(v32["with_adapter"]["answer_logits"], v64["with_adapter"]["answer_logits"]),
            "vocabulary_logits": gap(v32["with_adapter"]["vocabulary_logits"],
                                     v64["with_adapter"]["vocabulary_logits"]),
            "lora_gradients": farthest(grad32, grad64),
            "lora_after_20_steps": farthest(after32, after64),
            "adamw_losses": gap(v32["adamw"]["losses"], v64["adamw"]["losses"]),
        },
        "movement": {  # how much there is to see: a test with a tolerance near these proves nothing
            "adapter_on_answer_logits": gap(v64["with_adapter"]["answer_logits"],
                                            v64["without_adapter"]["answer_logits"]),
            "largest_gradient": max(g.abs().max().item() for g in grad64.values()),
            "20_steps_on_lora_tensors": farthest(after64, start),
        },
    }


def e2urec_reference():
    alpha = 2.0
    f64 = dict(dtype=torch.float64)
    z_o = torch.tensor([[1.2, -0.4], [-0.7, 0.9], [0.3, 0.3], [2.5, -1.5], [-0.2, 0.6]], **f64)
    # row 0: one logit rises; 1: both fall, so the teacher is the original; 2: both rise;
    # 3: nothing changes; 4: one rises, one falls
    z_a = torch.tensor([[1.9, -0.9], [-1.1, 0.4], [0.8, 1.5], [2.5, -1.5], [-0.6, 2.3]], **f64)
    # row 3 is confident, so that the +1e-12 of the upstream form and log_softmax part
    z_s = torch.tensor([[0.5, 0.1], [-0.3, 1.4], [-0.9, 0.2], [16.0, -15.0], [0.7, -0.8]], **f64)
    row_mask = torch.tensor([1.0, 1.0, 0.0, 1.0, 0.0], **f64)

    z_f = z_o - alpha * torch.relu(z_a - z_o)

    def forms(teacher):
        student = z_s.clone().requires_grad_(True)
        p = torch.softmax(teacher, -1)
        log_p, log_q = torch.log_softmax(teacher, -1), torch.log_softmax(student, -1)
        kl = (p * (log_p - log_q)).sum(-1)
        cross = -(p * log_q).sum(-1)
        upstream = -(p * torch.log(torch.softmax(student, -1) + 1e-12)).sum(-1)
        entropy = -(p * log_p).sum(-1)
        checked = torch.nn.functional.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
        assert torch.allclose(checked, kl.mean()) and torch.allclose(cross, kl + entropy)
        (gradient,) = torch.autograd.grad(kl.mean(), student)
        masked = lambda x: ((x * row_mask).sum() / row_mask.sum()).item()
        return {
            "teacher_logits": teacher.tolist(),
            "teacher_probabilities": p.tolist(),
            "kl_per_row": kl.tolist(),
            "cross_entropy_per_row": cross.tolist(),
            "cross_entropy_upstream_per_row": upstream.tolist(),
            "teacher_entropy_per_row": entropy.tolist(),
            "kl": kl.mean().item(),
            "cross_entropy": cross.mean().item(),
            "cross_entropy_upstream": upstream.mean().item(),
            "teacher_entropy": entropy.mean().item(),
            "kl_row_masked": masked(kl),
            "cross_entropy_row_masked": masked(cross),
            "gradient_of_kl_by_z_s": gradient.tolist(),
        }

    return {
        "about": "forget: teacher z_f = z_o - alpha*ReLU(z_a - z_o); retain: teacher z_o. KL is KL(teacher || student). "
                 "cross_entropy = kl + teacher_entropy. cross_entropy_upstream takes log(softmax(z_s) + 1e-12). "
                 "Means are over rows; row_masked means are over rows with row_mask 1.",
        "alpha": alpha,
        "z_o": z_o.tolist(),
        "z_a": z_a.tolist(),
        "z_s": z_s.tolist(),
        "row_mask": row_mask.tolist(),
        "z_f": z_f.tolist(),
        "forget": forms(z_f),
        "retain": forms(z_o),
    }


def auc(labels, scores):
    positive = [s for s, y in zip(scores, labels) if y == 1]
    negative = [s for s, y in zip(scores, labels) if y == 0]
    won = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in positive for b in negative)
    return won / (len(positive) * len(negative))


def divergences(p, q):
    p, q = torch.tensor(p, dtype=torch.float64), torch.tensor(q, dtype=torch.float64)
    kl = lambda a, b: (a * (a.log() - b.log())).sum(-1)
    m = (p + q) / 2
    js = (kl(p, m) + kl(q, m)) / 2
    jeffreys = (kl(p, q) + kl(q, p)) / 2
    l2 = (p - q).norm(dim=-1)
    assert (js >= 0).all() and (js <= math.log(2)).all()
    return {
        "jensen_shannon_per_row": js.tolist(),
        "jensen_shannon": js.mean().item(),
        "half_jeffreys": jeffreys.mean().item(),
        "l2_per_row": l2.tolist(),
        "l2": l2.mean().item(),
    }


def metrics_reference():
    g = generator(4)
    # multiples of 0.05 from 0.05 to 0.95 without 0.5: plenty of ties, nothing on the threshold
    grid = [round(0.05 * k, 2) for k in range(1, 20) if k != 10]
    labels = torch.randint(0, 2, (40,), generator=g).tolist()
    noise = torch.randn(40, 2, generator=g).tolist()
    pick = lambda y, n: grid[min(len(grid) - 1, max(0, int(8.5 + (2.5 if y else -2.5) + 4.5 * n)))]
    p = [pick(y, n[0]) for y, n in zip(labels, noise)]
    q = [pick(y, n[1]) for y, n in zip(labels, noise)]
    pairs = [(a, b) for a, y in zip(p, labels) if y for b, z in zip(p, labels) if not z]
    log_loss = -sum(math.log(a if y else 1 - a) for a, y in zip(p, labels)) / len(p)
    accuracy = sum((a > 0.5) == (y == 1) for a, y in zip(p, labels)) / len(p)
    wide_p = torch.softmax(torch.randn(4, 6, generator=g, dtype=torch.float64) * 1.5, -1).tolist()
    wide_q = torch.softmax(torch.randn(4, 6, generator=g, dtype=torch.float64) * 1.5, -1).tolist()
    return {
        "about": "p and q: two models' probability of yes. AUC counts a tie as one half. Accuracy is at 0.5 (no "
                 "probability is 0.5). The two-class distributions are [1-p, p] and [1-q, q]. jensen_shannon is the "
                 "true one, natural logarithm, not its square root, at most ln 2; half_jeffreys is "
                 "(KL(P||Q)+KL(Q||P))/2, which some code calls JSD. l2 is the mean over rows of ||P-Q||_2.",
        "labels": labels,
        "p": p,
        "q": q,
        "tied_pairs": sum(a == b for a, b in pairs),
        "auc": auc(labels, p),
        "auc_q": auc(labels, q),
        "log_loss": log_loss,
        "accuracy": accuracy,
        "two_class": divergences([[1 - a, a] for a in p], [[1 - a, a] for a in q]),
        "six_class": {"p": wide_p, "q": wide_q, **divergences(wide_p, wide_q)},
    }


def main():
    parser = argparse.ArgumentParser(description="Write the reference values; see the top of this file.")
    parser.add_argument("--out", required=True, type=Path, help="folder to write into")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    torch.use_deterministic_algorithms(True)
    out.mkdir(parents=True, exist_ok=True)
    base_folder, adapter_folder = out / "tiny-bert", out / "tiny-adapter"
    for folder in (base_folder, adapter_folder):
        shutil.rmtree(folder, ignore_errors=True)
    make_base(base_folder)
    make_adapter(base_folder, adapter_folder)
    batch = make_batch()
    write_json(out / "batch.json", batch)
    write_json(out / "reference.json", {
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "peft": peft.__version__,
            "safetensors": safetensors.__version__,
        },
        "seed": SEED,
        "batch": batch,
        "model": model_reference(out, base_folder, adapter_folder, batch),
        "e2urec": e2urec_reference(),
        "metrics": metrics_reference(),
    })
    for path in out.glob("**/*.safetensors"):
        path.chmod(0o644)  # safetensors writes for the owner only


if __name__ == "__main__":
    main()
