"""What an exercise of Question 2 asks for, in words."""

from core.convolution.exercises import Exercise
from pages.shared.words.language import marked, say

KINDS = {"convolution": marked("Activation map"), "pooling": marked("Pooling")}
_THEN = {"none": marked("no activation"), "relu": marked("then ReLU"), "leaky_relu": marked("then leaky ReLU")}


def how_to(exercise: Exercise) -> str:
    """How the asked map comes about, as Markdown without an end: padding, stride and what comes behind it."""
    lesson = exercise.lesson
    if exercise.kind == "convolution":
        padding = lesson.padding if lesson.padding == "same" else lesson.padding[0]
        said = [say("padding **{n}**", n=padding)] if padding else [say("no padding")]
        said.append(say("stride **{n}**", n=lesson.stride[0]))
        if lesson.bias[0]:
            said.append(say("bias **{n:g}**", n=lesson.bias[0]))
        return ", ".join([*said, say(_THEN[lesson.activation])])
    edge = say("kept (`ceil_mode=True`)") if lesson.edge == "partial" else say("dropped (PyTorch's default)")
    size = " × ".join(map(str, lesson.pool_size))
    return say(
        "**{kind}** pooling, window **{size}**, stride **{stride}**, a partial window is {edge}",
        kind=say(lesson.pooling), size=size, stride=lesson.pool_stride[0], edge=edge,
    )  # fmt: skip
