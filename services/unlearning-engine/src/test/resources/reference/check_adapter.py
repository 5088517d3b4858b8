#!/usr/bin/env python3
"""Loads a base model and a LoRA adapter with PEFT and writes the answer logits for a batch.

It shows that an adapter folder, whoever wrote it, is one that PEFT reads: the folder goes through
PeftModel.from_pretrained. PEFT only warns when a tensor is missing or has a name it does not know,
so this script compares what was loaded with what the file holds, name by name and value by value,
and exits with 1 when they are not the same or when a logit is not finite.

What it needs: Python 3.10 or later and
    pip install torch transformers peft safetensors
Last run with torch 2.13.0 (CPU), transformers 5.18.0, peft 0.21.0, safetensors 0.8.0.

How to run it:
    python check_adapter.py --base DIR --adapter DIR --batch FILE.json --out FILE.json

BASE is a Hugging Face folder of a BERT (config.json, model.safetensors), ADAPTER a PEFT folder
(adapter_config.json, adapter_model.safetensors), BATCH a JSON object with input_ids, attention_mask,
mask_positions, yes_id and no_id (or an object that has such a one under "batch").
The logits are [no, yes] per row: h[mask position] . word_embeddings[[no, yes]], in float32.
"""

import argparse
import json
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import peft
import torch
import transformers
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import BertModel


def answer_logits(model, embeddings, batch):
    with torch.no_grad():
        h = model(
            input_ids=torch.tensor(batch["input_ids"]),
            attention_mask=torch.tensor(batch["attention_mask"]),
        ).last_hidden_state
        at_mask = h[torch.arange(h.shape[0]), torch.tensor(batch["mask_positions"])]
        return at_mask @ embeddings[[batch["no_id"], batch["yes_id"]]].T


def main():
    parser = argparse.ArgumentParser(description="Load an adapter with PEFT; see the top of this file.")
    for name in ("base", "adapter", "batch", "out"):
        parser.add_argument("--" + name, required=True, type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    batch = json.loads(args.batch.read_text(encoding="utf-8"))
    batch = batch.get("batch", batch)

    base = BertModel.from_pretrained(
        args.base, add_pooling_layer=False, attn_implementation="eager", dtype=torch.float32
    ).eval()
    embeddings = base.embeddings.word_embeddings.weight.detach()
    without = answer_logits(base, embeddings, batch)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(base, args.adapter).eval()
    with_adapter = answer_logits(model, embeddings, batch)

    on_disk = load_file(args.adapter / "adapter_model.safetensors")
    loaded = get_peft_model_state_dict(model, save_embedding_layers=False)
    missing = sorted(set(loaded) - set(on_disk))
    unknown = sorted(set(on_disk) - set(loaded))
    different = sorted(
        k for k in set(loaded) & set(on_disk)
        if loaded[k].shape != on_disk[k].shape or not torch.equal(loaded[k].float(), on_disk[k].float())
    )
    finite = bool(torch.isfinite(with_adapter).all())
    ok = not missing and not unknown and not different and finite and len(loaded) > 0
    config = model.peft_config["default"]
    result = {
        "ok": ok,
        "answer_logits": with_adapter.tolist(),
        "answer_logits_without_adapter": without.tolist(),
        "yes_probability": torch.softmax(with_adapter, -1)[:, 1].tolist(),
        "largest_change_by_adapter": (with_adapter - without).abs().max().item(),
        "finite": finite,
        "tensors": len(loaded),
        "missing_in_file": missing,
        "unknown_in_file": unknown,
        "not_as_in_file": different,
        "r": config.r,
        "lora_alpha": config.lora_alpha,
        "target_modules": sorted(config.target_modules),
        "warnings": [str(w.message) for w in caught],
        "versions": {
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "peft": peft.__version__,
        },
    }
    text = json.dumps(result, indent=1)
    args.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
