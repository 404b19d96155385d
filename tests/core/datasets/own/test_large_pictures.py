"""Own pictures at a larger side, for Question 5: against PIL alone, and beside the 32 x 32 ones."""

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from core import datasets
from core.datasets import DatasetError
from core.datasets.own import large_pictures
from core.datasets.own.importing import import_folder, import_zip
from core.datasets.own.large_pictures import side_of
from core.datasets.own.progress import ImportStoppedError
from core.datasets.own.sets import delete
from core.specs import DataSpec
from core.specs.transfer import PickedDataSpec


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "datasets"


def picture(number, size, kind="PNG"):
    """A file whose first pixel tells its number, at any size; the rest is coarse noise."""
    noise = np.random.default_rng(number).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    drawn = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    side = max(size)
    drawn.paste((number, 7, 99), (0, 0, side // 2, side // 2))
    file = io.BytesIO()
    drawn.save(file, kind)
    return file.getvalue()


def names(n_classes=2, n=8):
    return [f"{'abc'[k]}/{i}.png" for k in range(n_classes) for i in range(n)]


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer


def square(data, side):
    """PIL's own middle square and Lanczos."""
    whole = Image.open(io.BytesIO(data)).convert("RGB")
    middle = min(whole.size)
    left, top = (whole.width - middle) // 2, (whole.height - middle) // 2
    box = (left, top, left + middle, top + middle)
    return np.asarray(whole.resize((side, side), Image.Resampling.LANCZOS, box))


def named(title):
    """The name of the own set with this title."""
    return next(info.name for info in datasets.available() if info.title == title)


def both(name):
    return datasets.load(name), datasets.load(name, large=True)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_each_is_pils_middle_square_and_in_the_order_of_the_small_ones(kind):
    files = {n: picture(i, (110 + i, 100) if i % 2 else (100, 120), kind) for i, n in enumerate(names())}
    report = import_zip(zipped(files), title="Mugs")
    assert report.side == datasets.info(named("Mugs")).side == 96
    assert datasets.info(named("Mugs")).summary == "16 own pictures in 2 classes, for Question 5 at 96 pixels."
    small, large = both(named("Mugs"))
    assert (small.side, large.side) == (32, 96)
    expected = {name: square(data, 96) for name, data in files.items()}
    seen = []
    for split in ("train", "test"):
        images, labels = getattr(large, f"{split}_images"), getattr(large, f"{split}_labels")
        np.testing.assert_array_equal(labels, getattr(small, f"{split}_labels"))
        assert images.shape == (len(labels), 96, 96, 3)
        assert not images.flags.writeable
        for pixels, tiny, label in zip(images, getattr(small, f"{split}_images"), labels, strict=True):
            (name,) = (name for name, wanted in expected.items() if np.array_equal(wanted, pixels))
            assert name[0] == small.class_names[label]
            np.testing.assert_array_equal(tiny, square(files[name], 32))
            seen.append(name)
    assert sorted(seen) == sorted(files)


@pytest.mark.parametrize(
    ("sizes", "side"),
    [
        ([500, 500, 500], 224),
        ([224, 223], 224),  # half of them
        ([224, 223, 223], 192),
        ([1000, 70, 64, 10], 64),
        ([1000, 63, 63], None),
        ([32] * 5, None),
        ([], None),
    ],
)
def test_the_side_is_the_largest_that_half_of_them_have(sizes, side):
    assert side_of(np.array(sizes), len(sizes)) == side


@pytest.mark.parametrize(("n", "side"), [(1_992, 224), (1_993, 192), (24_414, 64), (24_415, None)])
def test_all_together_stay_below_300_megabytes(n, side):
    assert side_of(np.array([3_000]), n) == side


def test_a_mixed_zip_under_a_limit(monkeypatch):
    monkeypatch.setattr(large_pictures, "MOST_BYTES", 16 * 100 * 100 * 3)
    files = {n: picture(i, (20, 20) if i % 2 else (300, 300)) for i, n in enumerate(names())}
    assert import_zip(zipped(files), title="Mixed").side == 96
    large = datasets.load(named("Mixed"), large=True)
    numbers = np.concatenate([large.train_images, large.test_images])[:, 0, 0, 0]
    assert sorted(numbers) == list(range(16))  # the small ones too, enlarged
    monkeypatch.setattr(large_pictures, "MOST_BYTES", 16 * 60 * 60 * 3)
    assert import_zip(zipped(files), title="Again").side == 32


def test_small_pictures_are_kept_once(home):
    report = import_zip(zipped({n: picture(i, (32, 32)) for i, n in enumerate(names())}), title="Small")
    assert report.side == datasets.info(named("Small")).side == 32
    assert not list(home.rglob("*large*"))
    small, large = both(named("Small"))
    np.testing.assert_array_equal(small.train_images, large.train_images)


def test_a_set_of_an_earlier_version_gives_what_it_has(home):
    import_zip(zipped({n: picture(i, (70, 70)) for i, n in enumerate(names())}), title="Old")
    folder = home / named("Old") / "arrays-1"
    meta = json.loads((folder / "meta.json").read_text())
    del meta["large_side"]
    (folder / "meta.json").write_text(json.dumps(meta))
    for file in folder.glob("*large*"):
        file.unlink()
    assert datasets.info(named("Old")).side == 32
    assert datasets.load_for(DataSpec(dataset=named("Old"), n_train=5, n_test=3), side=224).side == 32


@pytest.mark.parametrize("damage", ["gone", "short", "nonsense"])
def test_damaged_large_files_say_so_and_spoil_nothing_else(home, damage):
    import_zip(zipped({n: picture(i, (70, 70)) for i, n in enumerate(names())}), title="Torn", owner="ann")
    file = home / named("Torn") / "arrays-1" / "test_large.npy"
    content = file.read_bytes()
    file.unlink()
    if damage != "gone":
        file.write_bytes(content[:-1000] if damage == "short" else b"nonsense")
    with pytest.raises(DatasetError, match="damaged"):
        datasets.load(named("Torn"), large=True)
    assert datasets.load(named("Torn")).side == 32
    delete(named("Torn"), "ann")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "spec",
    [
        DataSpec(dataset="own-mugs", n_train=18, n_test=6),
        DataSpec(dataset="own-mugs", n_train=9, n_test=4, random_state=3),
        PickedDataSpec(dataset="own-mugs", n_train=18, n_test=6, classes=("c", "a"), per_class=3),
        PickedDataSpec(dataset="own-mugs", n_train=14, n_test=5, classes=("b", "a"), random_state=2),
    ],
)
def test_a_run_gets_the_same_pictures_at_either_side(spec):
    import_zip(zipped({n: picture(i, (70, 70)) for i, n in enumerate(names(3))}), title="Mugs")
    spec = spec.model_copy(update={"dataset": named("Mugs")})
    small, large = datasets.load_for(spec), datasets.load_for(spec, side=96)
    assert (small.side, large.side) == (32, 64)
    assert small.class_names == large.class_names
    for split in ("train", "test"):
        np.testing.assert_array_equal(getattr(small, f"{split}_labels"), getattr(large, f"{split}_labels"))
        tiny, wide = getattr(small, f"{split}_images"), getattr(large, f"{split}_images")
        np.testing.assert_array_equal(tiny[:, 0, 0, 0], wide[:, 0, 0, 0])
    if spec.n_train == 18 and not hasattr(spec, "classes"):
        assert isinstance(large.train_images, np.memmap)  # nothing is copied where all are wanted
    else:
        assert not np.shares_memory(large.train_images, datasets.load(named("Mugs"), large=True).train_images)


def test_choosing_numbers_first_is_choosing_pictures(home):
    """``load_for`` gives what the set's own methods give."""
    import_zip(zipped({n: picture(i, (32, 32)) for i, n in enumerate(names(3))}), title="Mugs")
    spec = PickedDataSpec(dataset=named("Mugs"), n_train=14, n_test=5, classes=("b", "a"), random_state=2)
    wanted = datasets.load(named("Mugs")).subset(14, 5, 2).of_classes(("b", "a"), None)
    found = datasets.load_for(spec)
    for part in ("train_images", "train_labels", "test_images", "test_labels"):
        np.testing.assert_array_equal(getattr(found, part), getattr(wanted, part))


def test_a_file_that_changes_while_it_is_read_keeps_its_place(tmp_path):
    folder = tmp_path / "mugs"
    for i, name in enumerate(names()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(picture(i, (70, 70)))
    asked = []

    def tear():
        asked.append(1)
        if len(asked) == 17:  # all have been seen once
            (folder / "a/0.png").write_bytes(b"torn")
        return False

    import_folder(folder, title="Torn", should_stop=tear)
    assert len(asked) == 32
    small, large = both(named("Torn"))
    tiny = np.concatenate([small.train_images, small.test_images])
    wide = np.concatenate([large.train_images, large.test_images])
    np.testing.assert_array_equal(wide[:, 0, 0, 0], tiny[:, 0, 0, 0])
    (at,) = np.flatnonzero(tiny[:, 0, 0, 0] == 0)
    np.testing.assert_array_equal(wide[at, ::2, ::2], tiny[at])


def test_it_tells_how_far_it_is_and_a_stop_leaves_nothing(home):
    files = {n: picture(i, (70, 70)) for i, n in enumerate(names(2, 60))}
    told = []
    import_zip(zipped(files), title="Told", owner="ann", on_progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 120)
    assert told[-1] == (120, 120)
    assert told == sorted(told)
    delete(named("Told"), "ann")
    answers = iter([False] * 150 + [True])
    with pytest.raises(ImportStoppedError, match="nothing of it was kept"):
        import_zip(zipped(files), title="Stopped", should_stop=lambda: next(answers))
    assert list(home.iterdir()) == []
