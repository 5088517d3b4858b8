#!/usr/bin/env python3
"""Writes the reference values that the audits are tested against.

What it needs: Python 3.10 or later and
    pip install numpy scipy scikit-learn torch
The file beside this script was written with numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1 and
torch 2.13.0 (CPU) on Python 3.11. A CPU is enough; it takes a second and uses only made-up numbers.

How to run it:
    python make_audit_reference.py --out DIR

What it writes into DIR: audit.json with
    attack:  scores of members and non-members with ties, AUC and the true-positive rates at a false-positive
             rate of at most 1 % and 5 % from scikit-learn's roc_curve.
    ks:      two-sample Kolmogorov-Smirnov tests from scipy.stats.ks_2samp, exact and asymptotic.
    lira:    margins of 8 and of 64 shadows, what each was trained on, and the log of the ratio of the two
             normal densities from scipy.stats.norm; 8 shadows share one variance, 64 do not.
    int8:    torch.quantize_per_channel (axis 0, symmetric, 127 steps) of a tensor, and back.
    bounds:  the standard error of an AUC after Hanley and McNeil, 1982.
"""

import argparse
import json
import math
import platform
from pathlib import Path

import numpy
import scipy
import sklearn
import torch
from scipy.stats import ks_2samp, norm
from sklearn.metrics import roc_auc_score, roc_curve


def attack(random):
    members = numpy.round(random.normal(0.6, 1, 130), 1)
    others = numpy.round(random.normal(0, 1, 240), 1)
    labels = numpy.concatenate([numpy.ones(130), numpy.zeros(240)])
    scores = numpy.concatenate([members, others])
    false_rate, true_rate, _ = roc_curve(labels, scores, drop_intermediate=False)
    return {
        "members": members.tolist(),
        "non_members": others.tolist(),
        "auc": roc_auc_score(labels, scores),
        "true_positive_rate_at_1_percent": true_rate[false_rate <= 0.01].max(),
        "true_positive_rate_at_5_percent": true_rate[false_rate <= 0.05].max(),
    }


def kolmogorov_smirnov(random):
    cases = []
    for left_size, right_size, shift, method in [(20, 30, 0.5, "exact"), (60, 60, 0.1, "exact"), (2000, 1500, 0.05, "asymp")]:
        left = random.normal(0, 1, left_size).astype("float32").astype(float)
        right = random.normal(shift, 1, right_size).astype("float32").astype(float)
        result = ks_2samp(left, right, method=method)
        cases.append({
            "left": left.tolist(),
            "right": right.tolist(),
            "method": method,
            "statistic": result.statistic,
            "p_value": result.pvalue,
        })
    return cases


def lira(random, shadows, rows, shared):
    trained_on = numpy.zeros((shadows, rows), bool)
    for row in range(rows):
        trained_on[random.permutation(shadows)[: shadows // 2], row] = True
    margins = random.normal(0, 1, (shadows, rows)) + 1.5 * trained_on
    observed = random.normal(0.7, 1, rows)
    logs = []
    for wanted in (True, False):
        side = [margins[trained_on[:, row] == wanted, row] for row in range(rows)]
        variance = numpy.array([one.var() for one in side])
        if shared:
            variance[:] = variance.mean()
        logs.append(norm.logpdf(observed, [one.mean() for one in side], numpy.sqrt(variance)))
    return {
        "observed": observed.tolist(),
        "margins": margins.tolist(),
        "trained_on": trained_on.tolist(),
        "scores": (logs[0] - logs[1]).tolist(),
    }


def int8(random):
    values = torch.tensor(random.normal(0, 0.02, (6, 10)), dtype=torch.float32)
    values[3] = 0
    largest = values.abs().amax(1)
    scales = torch.where(largest > 0, largest / 127, torch.ones(6))
    back = torch.quantize_per_channel(values, scales, torch.zeros(6, dtype=torch.int64), 0, torch.qint8).dequantize()
    return {"values": values.flatten().tolist(), "round_trip": back.flatten().tolist(), "shape": [6, 10]}


def standard_error(auc, members, others):
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (members - 1) * (q1 - auc**2) + (others - 1) * (q2 - auc**2)
    return {"auc": auc, "members": members, "non_members": others, "standard_error": math.sqrt(variance / (members * others))}


def main():
    parser = argparse.ArgumentParser(description="Write the reference values; see the top of this file.")
    parser.add_argument("--out", required=True, type=Path, help="folder to write into")
    out = parser.parse_args().out
    random = numpy.random.default_rng(7)
    reference = {
        "versions": {
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
            "torch": torch.__version__,
        },
        "attack": attack(random),
        "ks": kolmogorov_smirnov(random),
        "lira": {"few": lira(random, 8, 5, True), "many": lira(random, 64, 3, False)},
        "int8": int8(random),
        "bounds": [standard_error(0.5, 600, 2000), standard_error(0.82, 50, 75)],
    }
    (out / "audit.json").write_text(json.dumps(reference) + "\n")


if __name__ == "__main__":
    main()
