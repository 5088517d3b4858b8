#!/usr/bin/env python3
"""Loads the engine's adapters of every family with PEFT and writes the answer logits they give.

It shows that the folders are ones that PEFT reads: each goes through PeftModel.from_pretrained on
the checkpoint that make_families.py made. PEFT only warns when a tensor is missing or has a name it
does not know, so what was loaded is compared with the file, name by name and value by value, and the
script exits with 1 where they differ, where a logit is not finite or where an adapter changes nothing.

What it needs and was last run with: see make_families.py, which must stand beside it.

How to run it:
    python check_families.py --families DIR

It reads DIR/<family>/lethe-adapter and writes DIR/<family>/lethe-adapter-logits.json.
"""

import argparse
import json
import sys
from pathlib import Path

import peft
import torch
import transformers
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file

from make_families import FAMILIES, answer_logits, load, write_json


def check(name, folder):
    batch = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["batch"]
    base = load(FAMILIES[name][0], folder)
    with torch.no_grad():
        without = answer_logits(base, batch)
        model = PeftModel.from_pretrained(base, folder / "lethe-adapter").eval()
        logits = answer_logits(model, batch)
    on_disk = load_file(folder / "lethe-adapter" / "adapter_model.safetensors")
    loaded = get_peft_model_state_dict(model, save_embedding_layers=False)
    config = model.peft_config["default"]
    change = (logits - without).abs().max().item()
    result = {
        "ok": set(loaded) == set(on_disk) and all(torch.equal(loaded[k], on_disk[k]) for k in loaded)
        and bool(torch.isfinite(logits).all()) and change > 0.02,
        "logits": logits.tolist(),
        "largest_change_by_adapter": change,
        "tensors": len(loaded),
        "r": config.r,
        "lora_alpha": config.lora_alpha,
        "use_rslora": config.use_rslora,
        "lora_dropout": config.lora_dropout,
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
    }
    write_json(folder / "lethe-adapter-logits.json", result)
    print(name, "ok" if result["ok"] else "NOT OK", "adapter moves logits by %.3f" % change)
    return result["ok"]


def main():
    parser = argparse.ArgumentParser(description="Load the engine's adapters with PEFT; see the top of this file.")
    parser.add_argument("--families", required=True, type=Path, help="folder that make_families.py wrote")
    folder = parser.parse_args().families
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    return 0 if all([check(name, folder / name) for name in FAMILIES]) else 1


if __name__ == "__main__":
    sys.exit(main())
