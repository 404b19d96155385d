"""All that going on from an epoch needs: captured, written whole or not at all, put back."""

import io
import os
from pathlib import Path
from typing import Any

import torch
from torch import nn


def capture(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    shuffling: torch.Generator,
    *,
    epoch: int,
    step: int,
    seconds: float,
) -> dict[str, Any]:
    """The state after a whole epoch. Its tensors are the live network's own: write it before the next batch."""
    return {
        "epoch": epoch,
        "step": step,
        "seconds": seconds,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "torch_rng": torch.get_rng_state(),  # dropout draws from it
        "shuffling_rng": shuffling.get_state(),
    }


def restore(
    checkpoint: dict[str, Any], model: nn.Module, optimizer: torch.optim.Optimizer, shuffling: torch.Generator
) -> tuple[int, int, float]:
    """Put a captured state back; returns its epoch, step and seconds.

    One without "optimizer", as a branch begins with, leaves the optimizer new.
    """
    model.load_state_dict(checkpoint["model"])
    if "optimizer" in checkpoint:
        optimizer.load_state_dict(checkpoint["optimizer"])
    torch.set_rng_state(checkpoint["torch_rng"])
    shuffling.set_state(checkpoint["shuffling_rng"])
    return checkpoint["epoch"], checkpoint["step"], checkpoint["seconds"]


def save(content: dict[str, Any], path: Path) -> None:
    """``torch.save`` to a sibling file, then rename: a reader finds the old file or the new one, never half of one."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        # By way of memory: where the disk is full, torch's own writer says RuntimeError instead of why
        buffer = io.BytesIO()
        torch.save(content, buffer)
        partial.write_bytes(buffer.getbuffer())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def load(path: Path) -> dict[str, Any]:
    """A saved state, on the CPU; only tensors and plain values are read (``weights_only=True``)."""
    return torch.load(path, map_location="cpu", weights_only=True)
