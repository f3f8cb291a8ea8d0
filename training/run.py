"""What every training run does around its steps: learning rate, checkpoints, a log, and going on where it was."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import beir
import numpy as np
import student
import torch
from torch import Tensor
from torch.nn import functional as F

# Seconds between two checkpoints.
PAUSE = 180


def add_arguments(parser: argparse.ArgumentParser, steps: int, evaluate_every: int, dev_queries: int) -> None:
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--evaluate-every", type=int, default=evaluate_every)
    parser.add_argument("--dev-queries", type=int, default=dev_queries)
    parser.add_argument("--compile", action="store_true", help="a quarter faster, where there is a C++ compiler")
    parser.add_argument("--seed", type=int, default=1)


class Run:
    """Trains a network; OUT/checkpoint.pt, log.jsonl and model.pt are what it writes."""

    def __init__(self, arguments: argparse.Namespace, model: student.PairEncoder, optimizer: torch.optim.Optimizer) -> None:
        self.model, self.optimizer, self.out = model, optimizer, arguments.out
        self.steps, self.seed, self.evaluate_every = arguments.steps, arguments.seed, arguments.evaluate_every
        warmup = max(1, min(100, self.steps // 10))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / warmup, max(0.02, (self.steps - step) / self.steps))
        )
        self.step = 0
        self.checkpoint = self.out / "checkpoint.pt"
        if self.checkpoint.exists():
            model_at, saved = student.load(self.checkpoint)
            model.load_state_dict(model_at.state_dict())
            optimizer.load_state_dict(saved["optimizer"])
            self.schedule.load_state_dict(saved["schedule"])
            self.step = saved["step"]
            print(f"goes on at step {self.step}", flush=True)

    def go(
        self,
        loss_of_step: Callable[[np.random.Generator], tuple[Tensor, int]],
        evaluate: Callable[[], dict],
        trained: Iterable[torch.nn.Parameter],
        unit: str,
    ) -> None:
        """Every step has a loss and a number of what it has read, which `unit` names."""
        trained = list(trained)
        if self.step == 0:
            self.note(step=0, **evaluate())
        losses, began, done, saved_at = [], time.time(), 0, time.time()
        while self.step < self.steps:
            # Every step has its own seed, so that a run that was stopped goes on as it would have.
            loss, count = loss_of_step(np.random.default_rng([self.seed, self.step]))
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            self.optimizer.step()
            self.schedule.step()
            self.step += 1
            done += count
            losses.append(loss.item())
            if self.step % 25 == 0:
                speed = {f"{unit}_per_second": round(done / (time.time() - began), 1)}
                self.note(step=self.step, loss=round(float(np.mean(losses[-25:])), 4), **speed)
            if time.time() - saved_at > PAUSE or self.step == self.steps:
                self.save()
                saved_at = time.time()
            if self.step % self.evaluate_every == 0 or self.step == self.steps:
                self.note(step=self.step, **evaluate())
        student.save(self.model, self.out / "model.pt")

    def save(self) -> None:
        states = {"optimizer": self.optimizer.state_dict(), "schedule": self.schedule.state_dict()}
        student.save(self.model, self.checkpoint, **states, step=self.step)

    def note(self, **values: object) -> None:
        print(values, flush=True)
        with (self.out / "log.jsonl").open("a") as file:
            file.write(json.dumps(values) + "\n")


def compare(scores: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """How far the differences within a list are from those that are wanted, and how far its order is,
    with more weight on its top."""
    differences = (scores - scores.mean(dim=1, keepdim=True)) - (wanted - wanted.mean(dim=1, keepdim=True))
    order = F.kl_div((2 * scores).log_softmax(dim=1), (2 * wanted).softmax(dim=1), reduction="batchmean")
    return (differences**2).mean(), order


def agreement(scores: np.ndarray, target: np.ndarray, labels: np.ndarray) -> dict:
    """Of each query's candidates: the mean correlation with the target, and where the right answers come."""
    correlations = [np.corrcoef(a, b)[0, 1] for a, b in zip(scores, target, strict=True)]
    return {
        "agreement": round(float(np.mean(correlations)), 4),
        "mrr": round(beir.reciprocal_rank(scores, labels), 4),
        "mrr_target": round(beir.reciprocal_rank(target, labels), 4),
    }
