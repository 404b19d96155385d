"""The network as a drawing: a box a layer, with shapes and parameter counts."""

import streamlit as st

from core.specs import MLPSpec


def network_view(model: MLPSpec, n_classes: int = 10) -> None:
    """Draw the layers of the perceptron, as high as they are wide in units, and list their parameters."""
    layers = model.layers(n_classes)
    st.html(_drawing(layers))
    st.dataframe(
        {
            "layer": [name for name, _, _ in layers] + ["together"],
            "shape of the weights": [f"{n_out} x {n_in:,}" for _, n_in, n_out in layers] + [""],
            "weights": [f"{n_in * n_out:,}" for _, n_in, n_out in layers]
            + [f"{sum(n_in * n_out for _, n_in, n_out in layers):,}"],
            "biases": [f"{n_out:,}" for _, _, n_out in layers] + [f"{sum(n_out for _, _, n_out in layers):,}"],
            "parameters": [f"{(n_in + 1) * n_out:,}" for _, n_in, n_out in layers]
            + [f"{model.n_parameters(n_classes):,}"],
            "then": ["ReLU", "ReLU", "ReLU", "log_softmax", ""],
        },
        hide_index=True,
    )
    first = layers[0]
    share = (first[1] + 1) * first[2] / model.n_parameters(n_classes)
    st.caption(
        f"Every unit of **linear1** has a weight for each of the 3,072 numbers of a picture: {share:.0%} of all "
        "parameters sit in that one layer. The network doesn't know which pixels are neighbours; a convolution does."
    )


def _drawing(layers: list[tuple[str, int, int]]) -> str:
    """Inline SVG; only numbers and fixed words go into it."""
    stations = [("picture", 3072, "3 x 32 x 32"), *((name, n_out, "") for name, _, n_out in layers)]
    width, height, gap = 960, 300, 190
    parts = []
    tops = []
    for i, (name, units, note) in enumerate(stations):
        x = 60 + i * gap
        bar = 30 + 170 * min(1.0, (units / 3072) ** 0.35)  # 10 to 3,072 units have to fit on one slide
        top = 150 - bar / 2
        tops.append((x, top, bar))
        colour = "#d97a1a" if i == len(stations) - 1 else "#3d8fd1" if i == 0 else "#1f9e77"
        parts.append(
            f'<rect x="{x}" y="{top:.0f}" width="46" height="{bar:.0f}" rx="6" fill="{colour}"/>'
            f'<text x="{x + 23}" y="{150 + bar / 2 + 24:.0f}" class="units">{units:,}</text>'
            f'<text x="{x + 23}" y="{150 + bar / 2 + 44:.0f}" class="name">{name}{" " + note if note else ""}</text>'
        )
    for i, (_, n_in, n_out) in enumerate(layers):
        (x0, top0, bar0), (x1, top1, bar1) = tops[i], tops[i + 1]
        parts.insert(
            0,
            f'<polygon points="{x0 + 46},{top0:.0f} {x1},{top1:.0f} {x1},{top1 + bar1:.0f} {x0 + 46},{top0 + bar0:.0f}"'
            ' fill="currentColor" opacity="0.10"/>',
        )
        parts.append(
            f'<text x="{(x0 + 46 + x1) / 2:.0f}" y="145" class="units">{(n_in + 1) * n_out:,}</text>'
            f'<text x="{(x0 + 46 + x1) / 2:.0f}" y="164" class="name">'
            f"{'ReLU' if i < len(layers) - 1 else 'log_softmax'}</text>"
        )
    told = ", ".join(f"{name}: {n_in} to {n_out}" for name, n_in, n_out in layers)
    return (
        "<style>.net .units{font:600 17px sans-serif;fill:currentColor;text-anchor:middle}"
        ".net .name{font:14px sans-serif;fill:currentColor;text-anchor:middle}</style>"
        f'<svg class="net" viewBox="0 0 {width} {height}" width="100%" role="img" aria-label="Network: {told}">'
        f"{''.join(parts)}</svg>"
    )
