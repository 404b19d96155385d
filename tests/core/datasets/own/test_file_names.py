"""Names in zips: with the flag for UTF-8, without it, in the code pages that people's systems write."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from core.datasets import import_zip
from core.datasets.own.file_names import decode


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))


# As folders of a class are called, in the encodings that zip programs write on such a machine
WORDS = {
    ("cp437", "cp850", "cp1252"): ["Käfer", "Hündin", "Füchse", "Vögel"],
    ("cp850", "cp437", "cp1252", "utf-8"): ["chèvre", "âne", "éléphant", "bébé"],
    ("cp850", "cp1252", "utf-8", "cp437"): ["niño", "ratón", "pájaro", "camión"],
    ("cp850", "cp1252"): ["cão", "gato", "avião", "maçã", "João"],
    ("cp850", "cp1252", "utf-8"): ["rød", "blå", "grøn", "køer"],
    ("cp852", "cp1250", "utf-8"): ["żaba", "źrebię", "łoś", "słoń", "książka", "żółty"],
    ("cp852", "cp1250"): ["kočka", "pes", "kůň", "žába", "ptáček", "želva"],
    ("cp866", "cp1251", "utf-8"): ["кошки", "собаки", "птицы", "Лошадь"],
    ("cp932", "utf-8"): ["猫", "犬", "鳥", "ねこ", "テスト"],
    ("gbk", "utf-8"): ["猫", "狗", "汽车", "飞机", "小鸟"],
    ("big5", "utf-8"): ["貓", "狗", "汽車", "飛機", "小鳥"],
    ("cp949", "utf-8"): ["고양이", "강아지", "새", "자동차"],
    ("cp737", "cp1253", "utf-8"): ["γάτα", "σκύλος", "πουλί"],
    ("cp862", "utf-8"): ["חתול", "כלב", "ציפור"],
    ("cp857", "utf-8"): ["kuş", "köpek", "çiçek", "balığı", "eşek"],
    ("utf-8",): ["Käfer", "猫", "кошки", "😀"],
    ("cp1256", "utf-8"): ["قطة", "كلب", "طائر"],
}
CASES = [(encoding, words) for encodings, words in WORDS.items() for encoding in encodings]


@pytest.mark.parametrize(("encoding", "words"), CASES, ids=[f"{e} {w[0]!a}" for e, w in CASES])
def test_the_words_come_back(encoding, words):
    names = [f"Tiere/{word}/IMG_{i}.png" for word in words for i in range(2)]
    read, guessed = decode([name.encode(encoding) for name in names])
    assert read == names
    assert (guessed == "") == (encoding == "utf-8")


def test_ascii_is_ascii():
    assert decode([b"cat/1.png", b"dog/2.png"]) == (["cat/1.png", "dog/2.png"], "")


def picture(shade):
    file = io.BytesIO()
    Image.new("RGB", (40, 40), (shade, 7, 7)).save(file, "PNG")
    return file.getvalue()


def archive(words, encoding):
    """A zip whose names are in this encoding, without the flag: written in place of ASCII ones of the same length."""
    file, stand_ins = io.BytesIO(), {}
    with zipfile.ZipFile(file, "w") as opened:
        for word in words:
            for i in range(3):
                wanted = f"{word}/{i}.png".encode(encoding)
                stand_in = f"{len(stand_ins):02}".ljust(len(wanted), "x")
                stand_ins[stand_in.encode()] = wanted
                opened.writestr(stand_in, picture(40 * i))
    data = file.getvalue()
    for stand_in, wanted in stand_ins.items():
        data = data.replace(stand_in, wanted)
    return io.BytesIO(data)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("utf-8", ["Käfer", "Hündin"]), ("cp850", ["Käfer", "Hündin"]), ("cp932", ["猫", "表", "ソ"]),
     ("gbk", ["汽车", "飞机"])],
)  # fmt: skip
def test_a_zip_without_the_flag(encoding, words):
    """Among them names whose second byte is a backslash, which is no separator there."""
    report = import_zip(archive(words, encoding), title="t")
    assert report.taken == dict.fromkeys(sorted(words), 3)
    assert report.refused == ()
    assert bool(report.notes) == (encoding != "utf-8")


def test_a_zip_with_the_flag_is_taken_at_its_word():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for word in ("Käfer", "Ã¤"):  # what looks garbled may be meant
            for i in range(2):
                opened.writestr(f"{word}/{i}.png", picture(i))
    assert import_zip(file, title="t").taken == {"Käfer": 2, "Ã¤": 2}


def test_info_zips_own_field_is_believed_where_it_is_about_this_name():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for k, word in enumerate(("猫", "犬")):
            for i in range(2):
                member = zipfile.ZipInfo(f"_{k}/{i}.png")
                told = b"\x01" + struct.pack("<L", zlib.crc32(member.filename.encode())) + f"{word}/{i}.png".encode()
                member.extra = struct.pack("<HH", 0x7075, len(told)) + told
                opened.writestr(member, picture(i))
    assert import_zip(file, title="t").taken == {"犬": 2, "猫": 2}


def test_names_that_claim_to_be_utf8_and_are_not_are_a_sentence():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("Käfer/1.png", picture(1))
    broken = file.getvalue().replace("Kä".encode(), b"K\xff\xff")
    with pytest.raises(ValueError, match="says that its names are UTF-8"):
        import_zip(io.BytesIO(broken), title="t")
