"""Shapes-10: pictures of ten shapes, drawn with NumPy alone. This file runs by itself, wherever it is pasted.

The class is the shape and nothing else: where it lies, its size, tilt and colours, the pattern behind it and
the specks about it are drawn by lot. Light on dark is as likely as dark on light: no pixel tells the class.
"""

import numpy as np

CLASS_NAMES = ("disc", "ring", "square", "triangle", "cross", "star", "heart", "moon", "arrow", "bars")
SPLITS = ("train", "test")
BLOCK = 1000  # pictures that are drawn together; each block has its own random numbers


def draw_shapes(n: int, random_state: int = 0, split: str = "train") -> tuple[np.ndarray, np.ndarray]:
    """The first ``n`` pictures of an endless, balanced set; they stay the same when more are asked for.

    Parameters
    ----------
    n : int, at least 0
    random_state : int
        Seed; another seed is another set.
    split : {"train", "test"}
        Two sets that share no random numbers.

    Returns
    -------
    images : ndarray of shape (n, 32, 32, 3), uint8
    labels : ndarray of shape (n,), int64
        Indices into ``CLASS_NAMES``; every ten pictures in a row hold each class once.
    """
    images, labels = np.empty((n, 32, 32, 3), np.uint8), np.empty(n, np.int64)
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        drawn = draw_block(start // BLOCK, random_state, split)
        images[start:stop], labels[start:stop] = drawn[0][: stop - start], drawn[1][: stop - start]
    return images, labels


def draw_block(
    block: int,
    random_state: int = 0,
    split: str = "train",
    *,
    sizes: float = 1.0,
    places: float = 1.0,
    colours: float = 1.0,
    behind: float = 1.0,
    noise: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures ``block * BLOCK`` to ``(block + 1) * BLOCK - 1``, and their labels.

    The last five make the pictures easier or harder and are factors: of the shapes' sizes, of how far from the
    middle they lie, of their colours' variety (0: light grey on dark grey; at most 1), of the waves and specks
    behind them, of the pixels' noise.
    """
    rng = np.random.default_rng([random_state, SPLITS.index(split), block])
    labels = rng.permuted(np.tile(np.arange(10, dtype=np.int64), (BLOCK // 10, 1)), axis=1).ravel()

    def lots(low: float, high: float) -> np.ndarray:  # one number a picture, to spread over (N, 32, 32)
        return rng.uniform(low, high, (BLOCK, 1, 1))

    # Sines only a row and a column, in double precision: what is done a pixel is + - * and square roots,
    # which round alike on every machine, so the pictures are the same everywhere
    grid = (np.arange(32) - 15.5).astype(np.float32)
    column, row = grid, grid[:, None]

    # Behind: two colours that blend along a slanted wave, from narrow stripes to one soft gradient
    light = lots(-1, 1)[..., None] > 0  # is the background dark, and the shape light?
    back, other = (
        _mix(_colours(rng, np.where(light, 50, 150), np.where(light, 105, 205)), 60, colours) for _ in range(2)
    )
    wave = 2 * np.pi / np.exp(lots(np.log(7), np.log(90)))
    slant, phase = lots(0, 2 * np.pi), lots(0, 2 * np.pi)
    across, down = wave * np.cos(slant) * column + phase, wave * np.sin(slant) * row
    # sin(across + down) by the addition theorem, (N, 32, 32)
    blend = _f(np.sin(across)) * _f(np.cos(down)) + _f(np.cos(across)) * _f(np.sin(down))
    waves = _f(np.array(behind))  # a factor of 1 changes no bit
    pictures = (back + other) / 2 + waves * (blend[:, None] * ((back - other) / 2))  # (N, 3, 32, 32)

    # Specks: small discs and a scratch of any brightness, which are no class
    for length in (0, 0, 9):
        x, y = column - _f(lots(-15, 15)), row - _f(lots(-15, 15))
        tilt, half = lots(0, np.pi), lots(0.3, 1) * length
        a, b = _f(np.cos(tilt)), _f(np.sin(tilt))
        along = np.maximum(abs(x * a + y * b) - _f(half), 0)
        distance = np.sqrt(along**2 + (y * a - x * b) ** 2)
        _paint(pictures, _f(lots(0.8, 2.2)) - distance, _colours(rng, 60, 195), min(1.0, behind))

    # The shape: its own coordinates (u, v), tilted and scaled so that it reaches from about -1 to 1
    size = lots(6.5, 11) * sizes
    room = np.maximum(14.5 - size, 0) * places
    x, y = column - _f(lots(-0.9, 0.9) * room), row - _f(lots(-0.9, 0.9) * room)
    tilt = lots(-0.45, 0.45)
    a, b = _f(np.cos(tilt) / size), _f(np.sin(tilt) / size)
    u, v = x * a + y * b, y * a - x * b
    distance = np.empty_like(u)
    for label, name in enumerate(CLASS_NAMES):
        mine = labels == label
        distance[mine] = _distance(name, u[mine], v[mine])
    colour = _colours(rng, np.where(light, 150, 50), np.where(light, 205, 105))
    _paint(pictures, -distance * _f(size), _mix(colour, 200, colours))

    pictures += rng.integers(-14, 15, pictures.shape, np.int8) * np.float32(noise)
    np.clip(pictures, 0, 255, out=pictures)
    return pictures.astype(np.uint8).transpose(0, 2, 3, 1), labels


def _f(numbers: np.ndarray) -> np.ndarray:
    return numbers.astype(np.float32)


def _colours(rng: np.random.Generator, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """A colour a picture, (N, 3, 1, 1): a grey between ``low`` and ``high``, tinted at random."""
    tint = rng.uniform(-1, 1, (BLOCK, 3, 1, 1))
    tint -= tint.mean(axis=1, keepdims=True)
    return _f(np.clip(rng.uniform(low, high, (BLOCK, 1, 1, 1)) + 70 * tint, 16, 239))


def _mix(colour: np.ndarray, grey: float, share: float) -> np.ndarray:
    """``share`` of a colour and the rest grey; a share of 1 changes no bit."""
    return np.float32(share) * colour + np.float32((1 - share) * grey)


def _paint(pictures: np.ndarray, depth: np.ndarray, colour: np.ndarray, opacity: float = 1.0) -> None:
    """Lay ``colour`` where ``depth``, in pixels behind the edge, is positive; edges are soft."""
    cover = np.clip(depth + np.float32(0.5), 0, 1)[:, None] * np.float32(opacity)
    pictures += cover * (colour - pictures)


def _distance(name: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far (x, y) lies outside a shape that fills about -1 to 1; y points down, inside is negative."""
    a, b, r = abs(x), abs(y), np.sqrt(x**2 + y**2)
    if name == "star":  # inside four of the five lines that a pentagram is drawn with
        turns = np.arange(5) * 2 * np.pi / 5
        return np.sort([_f(np.sin(t)) * x - _f(np.cos(t)) * y for t in turns], axis=0)[3] - 0.36
    if name == "heart":  # a square on its corner and two discs on its upper sides
        return np.minimum(0.71 * (a + b) - 0.53, np.sqrt((a - 0.375) ** 2 + (y + 0.375) ** 2) - 0.53)
    if name == "arrow":  # its head, which is a triangle, and its shaft
        head = np.maximum(y + 0.05, 0.77 * a - 0.64 * y - 0.64)
        return np.minimum(head, np.maximum(a - 0.25, abs(y - 0.4) - 0.55))
    return {
        "disc": lambda: r - 0.9,
        "ring": lambda: abs(r - 0.72) - 0.24,
        "square": lambda: np.maximum(a, b) - 0.8,
        "triangle": lambda: np.maximum(y - 0.65, 0.87 * a - 0.5 * y - 0.55),
        "cross": lambda: np.maximum(np.maximum(a, b) - 0.95, np.minimum(a, b) - 0.3),
        "moon": lambda: np.maximum(r - 0.95, 0.75 - np.sqrt((x - 0.5) ** 2 + y**2)),  # a disc bitten by another
        "bars": lambda: np.maximum(abs(abs(a - 0.32) - 0.32) - 0.17, b - 0.85),  # at -0.64, 0 and 0.64
    }[name]()
