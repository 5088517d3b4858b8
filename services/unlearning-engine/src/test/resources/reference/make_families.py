#!/usr/bin/env python3
"""Writes tiny random checkpoints of every model family, and what Transformers and PEFT make of them.

What it needs: Python 3.10 or later and
    pip install torch transformers peft safetensors tokenizers
The files beside this script were written with torch 2.13.0 (CPU), transformers 5.18.0, peft 0.21.0,
safetensors 0.8.0 and tokenizers 0.23.2 on Python 3.11. A CPU is enough; it takes seconds, loads
nothing from a hub and uses only made-up numbers.

How to run it:
    python make_families.py --out DIR

What it writes into DIR, one folder a family:
    config.json, model.safetensors      the checkpoint: hidden 32 or less, 2 layers, vocabulary 160.
                                        Every tensor is random, so that leaving one out shows.
                                        llama lies in shards with an index.
    tokenizer.json                      a tokenizer of the family's kind
    adapter/                            a PEFT LoRA adapter, B not zero; the families differ in how
                                        its configuration is written (see FAMILIES)
    lora_gradients.safetensors          d loss / d tensor of every LoRA tensor, under PEFT's names
    lora_after_20_steps.safetensors     every LoRA tensor after 20 AdamW steps
    expected.json                       the batch, the answer logits [no, yes] with and without the
                                        adapter, the loss, and the 21 losses around the steps
and two checkpoints with nothing but expected.json beside them, to show how weights are read:
    qwen2-bf16-shards                   bfloat16 in shards
    t5-f16                              float16
Their logits are those of the rounded weights in float32.

The answer is read: at the mask for encoders, as the first token of the decoder for T5, as the next
token after the prompt for decoders. The loss is the mean over the rows of the cross-entropy of the
two answer logits against the label (1 = yes). Dropout is off. AdamW is torch.optim.AdamW over the
LoRA tensors: lr 1e-3, betas 0.9 and 0.999, eps 1e-8, weight decay 0.01.
"""

import argparse
import json
import os
import shutil
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    LlamaConfig,
    MistralConfig,
    Qwen2Config,
    Qwen3Config,
    RobertaConfig,
    RobertaModel,
    T5Config,
)

SEED = 20240611
VOCABULARY = 160
PAD = 0
YES, NO = 17, 29  # yes < no on purpose: swapping the two answer columns shows
LENGTHS = [12, 9, 7]
LABELS = [1, 0, 1]
STEPS = 20

DECODER = dict(
    vocab_size=VOCABULARY, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-6, attention_dropout=0.0,
    pad_token_id=PAD, bos_token_id=1, eos_token_id=2,
)
T5 = dict(
    vocab_size=VOCABULARY, d_model=24, d_kv=8, d_ff=40, num_layers=2, num_decoder_layers=2, num_heads=4,
    relative_attention_num_buckets=8, relative_attention_max_distance=10, dropout_rate=0.0, pad_token_id=PAD,
    eos_token_id=1, decoder_start_token_id=PAD,
)
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# name: model class, configuration, adapter configuration
FAMILIES = {
    "roberta": (
        RobertaModel,
        RobertaConfig(
            vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
            max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5, hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        ),
        dict(target_modules=["query", "value", "output.dense"]),
    ),
    "t5": (
        AutoModelForSeq2SeqLM,
        T5Config(**T5, feed_forward_proj="relu", tie_word_embeddings=True),
        dict(target_modules=["q", "v"]),
    ),
    "t5-v1_1": (
        AutoModelForSeq2SeqLM,
        T5Config(**T5, feed_forward_proj="gated-gelu", tie_word_embeddings=False),
        dict(target_modules=["q", "k", "v", "o", "wi_0", "wi_1", "wo"]),
    ),
    "llama": (
        AutoModelForCausalLM,
        LlamaConfig(**DECODER, tie_word_embeddings=False, rope_parameters={
            "rope_type": "llama3", "rope_theta": 500.0, "factor": 4.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 32,
        }),
        dict(target_modules=["q_proj", "v_proj"], use_rslora=True),
    ),
    "mistral": (
        AutoModelForCausalLM,
        MistralConfig(**DECODER, head_dim=12, sliding_window=None, tie_word_embeddings=False),
        dict(target_modules=r".*\.layers\.\d+\.self_attn\.(q|v)_proj"),
    ),
    "qwen2": (
        AutoModelForCausalLM,
        Qwen2Config(**DECODER, tie_word_embeddings=True),
        dict(target_modules=["self_attn.q_proj", "v_proj", "o_proj"], exclude_modules=["layers.0.self_attn.o_proj"]),
    ),
    "qwen3": (
        AutoModelForCausalLM,
        Qwen3Config(**DECODER, head_dim=10, tie_word_embeddings=True),
        dict(target_modules=PROJECTIONS, lora_dropout=0.1, layers_to_transform=[1]),
    ),
}


def generator(salt):
    return torch.Generator().manual_seed(SEED + salt)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def randomise(model, salt):
    g = generator(salt)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=g)
            if "norm" in name.lower() and name.endswith("weight"):
                p.copy_(1.0 + 0.1 * noise)
            elif name.endswith("bias"):
                p.copy_(0.1 * noise)
            elif "relative_attention_bias" in name:
                p.copy_(0.8 * noise)
            elif "embed" in name or name.startswith("shared") or name.startswith("lm_head"):
                p.copy_(0.3 * noise)
            else:
                p.copy_(0.2 * noise)


def load(model_class, folder):
    options = dict(attn_implementation="eager", dtype=torch.float32)
    if model_class is RobertaModel:
        options["add_pooling_layer"] = False
    return model_class.from_pretrained(folder, **options).eval()


def make_base(name, model_class, config, folder, salt):
    if model_class is RobertaModel:
        model = RobertaModel(config, add_pooling_layer=False)
    else:
        model = model_class.from_config(config)
    untied_t5 = name == "t5-v1_1"
    if untied_t5:
        # Transformers ties the head of every T5 it makes; the published v1.1 files hold their own.
        model.lm_head.weight = torch.nn.Parameter(torch.empty_like(model.shared.weight))
    randomise(model, salt)
    if untied_t5:
        tensors = {
            k: v.detach().clone() for k, v in model.state_dict().items()
            if k not in ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
        }
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        written = config.to_dict()
        written["tie_word_embeddings"] = False
        written.pop("scale_decoder_outputs", None)
        written["architectures"] = ["T5ForConditionalGeneration"]
        write_json(folder / "config.json", written)
    else:
        model.save_pretrained(folder, max_shard_size="30KB" if name == "llama" else "5GB")
    (folder / "generation_config.json").unlink(missing_ok=True)


def make_adapter(model_class, base_folder, folder, options, salt):
    base = load(model_class, base_folder)
    base.name_or_path = base_folder.name  # not the path on this machine
    config = LoraConfig(
        r=4, lora_alpha=8, bias="none", base_model_name_or_path=base_folder.name,
        **{"lora_dropout": 0.0, **options},
    )
    model = get_peft_model(base, config)
    g = generator(salt)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            if ".lora_A." in name or ".lora_B." in name:
                p.copy_(0.15 * torch.randn(p.shape, generator=g))
    model.save_pretrained(folder, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)  # PEFT's model card
    # PEFT keeps lists of modules as sets, whose order changes from run to run.
    path = folder / "adapter_config.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    for field in ("target_modules", "exclude_modules"):
        if isinstance(written[field], list):
            written[field] = sorted(written[field])
    path.write_text(json.dumps(written, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def make_batch(name, salt):
    g = generator(salt)
    width = max(LENGTHS)
    pad = 1 if name == "roberta" else PAD
    ids, attention, places = [], [], []
    for length in LENGTHS:
        row = torch.randint(30, VOCABULARY, (length,), generator=g).tolist()
        if name == "roberta":
            row[0], row[-1], row[-2] = 0, 2, 4
            places.append(length - 2)
        elif name.startswith("t5"):
            row[-1] = 1
            places.append(0)
        else:
            row[0] = 1
            places.append(length - 1)
        ids.append(row + [pad] * (width - length))
        attention.append([1] * length + [0] * (width - length))
    return {"input_ids": ids, "attention_mask": attention, "places": places, "labels": LABELS,
            "yes_id": YES, "no_id": NO}


def answer_logits(model, batch, **further):
    ids, mask = torch.tensor(batch["input_ids"]), torch.tensor(batch["attention_mask"])
    rows, places = torch.arange(ids.shape[0]), torch.tensor(batch["places"])
    bare = model.get_base_model() if isinstance(model, PeftModel) else model
    if isinstance(bare, RobertaModel):
        words = bare.embeddings.word_embeddings.weight[[batch["no_id"], batch["yes_id"]]]
        return model(input_ids=ids, attention_mask=mask).last_hidden_state[rows, places] @ words.T
    if bare.config.is_encoder_decoder:
        start = torch.full((ids.shape[0], 1), bare.config.decoder_start_token_id)
        logits = model(input_ids=ids, attention_mask=mask, decoder_input_ids=start).logits
    else:
        logits = model(input_ids=ids, attention_mask=mask, **further).logits
    return logits[rows, places][:, [batch["no_id"], batch["yes_id"]]]


def loss_of(logits, batch):
    return torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"]))


def check_padding(model, batch, decoder):
    """A padded row must say what the same row says on its own, and where padding stands on its left."""
    with torch.no_grad():
        together = answer_logits(model, batch)
        for i, length in enumerate(LENGTHS):
            row = batch["input_ids"][i][:length]
            alone = {**batch, "input_ids": [row], "attention_mask": [[1] * length], "places": [batch["places"][i]]}
            assert torch.allclose(answer_logits(model, alone)[0], together[i], atol=1e-5)
            if decoder:
                left = {**batch, "input_ids": [[PAD] * 3 + row], "attention_mask": [[0] * 3 + [1] * length],
                        "places": [length + 2]}
                positions = torch.tensor([[0] * 3 + list(range(length))])
                assert torch.allclose(answer_logits(model, left, position_ids=positions)[0], together[i], atol=1e-5)


def clear(folder):
    """Removes what this script wrote earlier; the engine's own adapter beside it stays."""
    for file in folder.glob("*"):
        if file.is_file() and file.name != "lethe-adapter-logits.json":
            file.unlink()
    shutil.rmtree(folder / "adapter", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def make_reference(name, out, salt):
    model_class, config, adapter_options = FAMILIES[name]
    folder = out / name
    clear(folder)
    make_base(name, model_class, config, folder, salt)
    make_tokenizer(name).save(str(folder / "tokenizer.json"))
    make_adapter(model_class, folder, folder / "adapter", adapter_options, salt + 1)
    batch = make_batch(name, salt + 2)
    base = load(model_class, folder)
    with torch.no_grad():
        without = answer_logits(base, batch)
    model = PeftModel.from_pretrained(base, folder / "adapter", is_trainable=True).eval()
    check_padding(model, batch, model_class is AutoModelForCausalLM)
    parameters = {n.replace(".default.", "."): p for n, p in model.named_parameters() if ".lora_" in n}
    on_disk = load_file(folder / "adapter" / "adapter_model.safetensors")
    assert set(parameters) == set(on_disk)
    assert all(torch.equal(p, on_disk[n]) and p.requires_grad for n, p in parameters.items())

    start = answer_logits(model, batch)
    loss_of(start, batch).backward()
    gradients = {n: p.grad.detach().clone() for n, p in parameters.items()}
    save_file(gradients, folder / "lora_gradients.safetensors", metadata={"format": "pt"})
    optimiser = torch.optim.AdamW(list(parameters.values()), lr=1e-3, weight_decay=0.01)
    losses = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = loss_of(answer_logits(model, batch), batch)
        losses.append(loss.item())
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        after = answer_logits(model, batch)
        losses.append(loss_of(after, batch).item())
    save_file({n: p.detach().clone() for n, p in parameters.items()}, folder / "lora_after_20_steps.safetensors",
              metadata={"format": "pt"})
    moved = max((p - on_disk[n]).abs().max().item() for n, p in parameters.items())
    largest = max(g.abs().max().item() for g in gradients.values())
    change = (start - without).abs().max().item()
    # A fixture on which nothing happens would prove nothing.
    assert largest > 1e-2 and moved > 1e-3 and change > 5e-2, (name, largest, moved, change)
    write_json(folder / "expected.json", {
        "batch": batch,
        "logits_without_adapter": without.tolist(),
        "logits": start.tolist(),
        "loss": losses[0],
        "losses": losses,
        "logits_after": after.tolist(),
    })
    print(f"{name}: largest gradient {largest:.3f}, adapter moves logits by {change:.3f}, 20 steps move it by {moved:.4f}")


def make_reduced(out, name, of, dtype, shard):
    """The checkpoint of another family once more in a narrower type."""
    model_class = FAMILIES[of][0]
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    load(model_class, out / of).to(dtype).save_pretrained(folder, max_shard_size=shard)
    (folder / "generation_config.json").unlink(missing_ok=True)
    shutil.copy(out / of / "tokenizer.json", folder)
    batch = json.loads((out / of / "expected.json").read_text())["batch"]
    with torch.no_grad():
        logits = answer_logits(load(model_class, folder), batch)
    write_json(folder / "expected.json", {"batch": batch, "logits_without_adapter": logits.tolist()})


TEXT = "rated: alien 9; cats 2; heat 7; dune 10; speed 5.5; jaws 1; likes fargo? yes likes juno? no " * 8
WORDS = ["rated", "likes", "yes", "no", "alien", "cats", "heat", "dune", "speed", "jaws", "fargo", "juno", "drive"]
CHARACTERS = list("abcdefghijklmnopqrstuvwxyz0123456789:;?.,!'&-()")


def make_tokenizer(name):
    if name.startswith("t5"):
        # As T5's: pieces with a mark for the space before a word, an end behind every text.
        pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0)]
        pieces += [("▁" + word, -4.0) for word in WORDS] + [(c, -8.0) for c in CHARACTERS]
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
        special = ["<pad>", "</s>", "<unk>"]
    elif name == "llama":
        # As the first Llamas': the space before the first word is put there by the normaliser.
        special = ["<pad>", "<s>", "</s>", "<unk>"]
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
        train(tokenizer, special)
        # The published ones have no pre-tokenizer at all; it only kept training within words.
        tokenizer.pre_tokenizer = None
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    elif name == "mistral":
        special = ["<pad>", "<s>", "</s>", "<unk>"]
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
        train(tokenizer, special)
        tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    elif name == "roberta":
        special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        tokenizer = byte_level(special)
        tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    else:
        # As Qwen's: bytes, and nothing before or behind a text.
        special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
        tokenizer = byte_level(special)
    tokenizer.add_special_tokens(special)
    assert tokenizer.get_vocab_size() <= VOCABULARY
    return tokenizer


def byte_level(special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer, special)
    return tokenizer


def train(tokenizer, special):
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=CHARACTERS, min_frequency=2, show_progress=False
    )
    tokenizer.train_from_iterator([TEXT], trainer)


def main():
    parser = argparse.ArgumentParser(description="Write the reference values; see the top of this file.")
    parser.add_argument("--out", required=True, type=Path, help="folder to write into")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    torch.use_deterministic_algorithms(True)
    for number, name in enumerate(FAMILIES):
        make_reference(name, out, 10 * (number + 1))
    make_reduced(out, "qwen2-bf16-shards", "qwen2", torch.bfloat16, "12KB")
    make_reduced(out, "t5-f16", "t5", torch.float16, "5GB")
    for path in out.glob("**/*.safetensors"):
        path.chmod(0o644)  # safetensors writes for the owner only


if __name__ == "__main__":
    main()
