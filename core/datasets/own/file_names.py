"""In which encoding names of files were written, guessed from all of them together.

A zip says of a name only whether it is UTF-8. Without that flag it means code page 437 by the standard; people's
programs write whatever their system uses: macOS and older Info-ZIP UTF-8 all the same, Windows the code page of its
language. So the names are read in each of these, and the one in which they look most like words is taken.
"""

import os
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's field with the name in UTF-8, beside the old one


@dataclass(frozen=True)
class _Encoding:
    """How it is called for people, and how much a letter of it speaks for it: 1 is a usual letter, below 0 none."""

    codec: str
    title: str
    worth: Callable[[str, bytes], float]


def _alphabet(letters: str) -> Callable[[str, bytes], float]:
    usual = set(letters + letters.upper())
    return lambda character, _: 1.0 if character in usual else 0.0 if character.isalpha() else -2.0


def _between(low: str, high: str) -> Callable[[str, bytes], float]:
    return lambda character, _: 1.0 if low <= character <= high and character.isalpha() else -2.0


def _japanese(character: str, raw: bytes) -> float:
    if "\u3041" <= character <= "\u30ff":
        return 1.5
    if len(raw) == 1:  # half-width kana: any byte from A1 to DF
        return -0.5
    return (1.0 if 0x88 <= raw[0] <= 0x97 else 0.2) if character.isalpha() else -1.0


def _korean(character: str, raw: bytes) -> float:
    """Its bytes are usual ones of GBK as well: what tells is whether the syllables are usual ones."""
    return 1.2 if character in _SYLLABLES else 0.5 if "\uac00" <= character <= "\ud7a3" else -1.0


def _by_lead(common: range, trail_from: int) -> Callable[[str, bytes], float]:
    """Of two bytes: the usual characters have these first bytes, and second ones from there on."""

    def worth(character: str, raw: bytes) -> float:
        if not character.isalpha():
            return -1.0
        usual = len(raw) == 2 and raw[1] >= trail_from
        return (1.0 if raw[0] in common else 0.2) if usual else 0.0

    return worth


_SYLLABLES = frozenset(
    "가각간갈감갑강개객거건걸검게겨결경계고곡곤골공과관광교구국군굴권귀규그극근글금급기긴길김까깨꽃꿀끼나난날남내너네노녹"
    "논놀농높누눈늑늘니다단달닭담당대더도독돈돌동되두뒤드들등디따딸때떡또라락란람랑래러레려력련렬로록론료루류르를름리린림"
    "마막만말망매머먼메면명모목몸무문물미민밀바박반발밤방배백뱀버번벌범베변별병보복본볼봄봉부북분불비빈빛빨뿌사산살삼상새"
    "색생서석선설성세소속손솔송쇠수숙순술숨스슬승시식신실심싸쌀아악안알암앙애야약양어억언얼엄업에여역연열염영예오옥온올옷"
    "와완왕외요용우운울움원월위유육윤은을음의이인일임입자작잔잠장재저적전절점정제조족종좌주죽준줄중쥐지직진질집차착찬참창"
    "채책처천철첫청체초촌총추축출충치친칠침카칼커코콩크키타탁탄탈태택터토통투트파판팔패퍼페편평포표푸품풍프피필하학한할함"
    "합항해행향허험현형호혹혼홍화환활황회효후훈휘흑희흰히힘"
)
_WEST = "äöüßéèêëàâáíóúçñãõøåæîïôûìòùœ"
_MIDDLE = "áčďéěíňóřšťúůýžąćęłńśźżőűäöüßľĺôđ"
_CYRILLIC = _between("\u0400", "\u04ff")
_ENCODINGS = (  # of equals the first is taken
    _Encoding("cp437", "code page 437", _alphabet(_WEST)),
    _Encoding("cp850", "code page 850", _alphabet(_WEST)),
    _Encoding("cp1252", "Windows-1252", _alphabet(_WEST)),
    _Encoding("cp932", "Shift-JIS", _japanese),
    _Encoding("cp949", "code page 949", _korean),
    _Encoding("gbk", "GBK", _by_lead(range(0xB0, 0xD8), 0xA1)),
    _Encoding("big5", "Big5", _by_lead(range(0xA4, 0xC7), 0x40)),
    _Encoding("cp866", "code page 866", _CYRILLIC),
    _Encoding("cp1251", "Windows-1251", _CYRILLIC),
    _Encoding("cp852", "code page 852", _alphabet(_MIDDLE)),
    _Encoding("cp1250", "Windows-1250", _alphabet(_MIDDLE)),
    _Encoding("cp857", "code page 857", _alphabet("çğıöşüâîûİ")),
    _Encoding("cp737", "code page 737", _between("\u0370", "\u03ff")),
    _Encoding("cp1253", "Windows-1253", _between("\u0370", "\u03ff")),
    _Encoding("cp862", "code page 862", _between("\u0590", "\u05ff")),
    _Encoding("cp1256", "Windows-1256", _between("\u0600", "\u06ff")),
    _Encoding("cp874", "code page 874", _between("\u0e00", "\u0e7f")),
)


@dataclass(frozen=True)
class Names:
    """Names as people wrote them; ``guessed`` is the encoding that was guessed, for people, else empty."""

    names: list[str]
    guessed: str = ""


def names_in_zip(members: Sequence[zipfile.ZipInfo]) -> Names:
    """The names of an archive's members, in their order."""
    names = [member.orig_filename for member in members]
    unclear: dict[int, bytes] = {}
    for place, member in enumerate(members):
        if member.flag_bits & _UTF8_FLAG:
            continue
        raw = member.orig_filename.encode("cp437")  # as zipfile has decoded it: all 256 bytes have a letter
        told = _unicode_path(member.extra, raw)
        if told is None:
            unclear[place] = raw
        else:
            names[place] = told
    read, guessed = decode(list(unclear.values()))
    for place, name in zip(unclear, read, strict=True):
        names[place] = name
    return Names(names, guessed)


def names_on_disk(names: Sequence[str]) -> Names:
    """Names of files as the system has them: on Linux any bytes, such as an archive that was unpacked wrongly left."""
    broken = {place: os.fsencode(name) for place, name in enumerate(names) if not _is_text(name)}
    read, guessed = decode(list(broken.values()))
    found = list(names)
    for place, name in zip(broken, read, strict=True):
        found[place] = name
    return Names(found, guessed)


def decode(raw: Sequence[bytes]) -> tuple[list[str], str]:
    """Names in the encoding in which all together look most like words, and its title where it is not UTF-8."""
    try:
        return [name.decode("utf-8") for name in raw], ""
    except UnicodeDecodeError:
        pass
    parts = sorted({part for name in raw for part in re.split(rb"/", name) if not part.isascii()})
    scores = {encoding: _score(encoding, parts) for encoding in _ENCODINGS}
    best = max(scores, key=lambda encoding: scores[encoding])
    return [name.decode(best.codec, errors="replace") for name in raw], best.title


def _score(encoding: _Encoding, parts: Sequence[bytes]) -> float:
    """The mean worth of the letters that are not ASCII; what no word has is taken off."""
    worth, n = 0.0, 0
    for part in parts:
        try:
            text = part.decode(encoding.codec)
        except UnicodeDecodeError:
            return -10.0
        for character in text:
            if not character.isascii():
                worth, n = worth + encoding.worth(character, character.encode(encoding.codec)), n + 1
        worth -= sum(_oddness(word) for word in re.findall(r"[^\W\d_]+", text))
    return worth / max(1, n)


def _oddness(word: str) -> float:
    """How little a run of letters is like a word: capitals inside, two scripts, an accent on nearly every letter."""
    foreign = [c for c in word if not c.isascii()]
    if not foreign:
        return 0.0
    capitals = sum(0.4 if before.isupper() else 1.5
                   for before, after in pairwise(word) if after.isupper())  # fmt: skip
    is_latin = [unicodedata.name(c, "").startswith("LATIN") for c in foreign]
    mixed = 2.0 if len(foreign) < len(word) and not all(is_latin) and foreign[0].lower() != foreign[0].upper() else 0.0
    if len(foreign) < len(word) and not any(is_latin) and not mixed:  # Han and Hangul beside Latin: seldom
        mixed = 0.5
    excess = max(0, 2 * len(foreign) - len(word) - 1) if all(is_latin) else 0
    return capitals + mixed + 0.5 * excess


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """What Info-ZIP's own field says, if it is about this very name."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(content) > 5 and struct.unpack("<L", content[1:5])[0] == zlib.crc32(raw):
            try:
                return content[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
