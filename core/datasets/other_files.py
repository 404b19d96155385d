"""What a file is that is no picture that can be read: told by its first bytes, whatever its name says."""

_HEIC = (
    "is a HEIC picture, as iPhones take them; save it as JPEG (on the phone: Settings, Camera, Formats, "
    "Most Compatible)"
)
_AVIF = "is an AVIF picture; open it in a browser or an image program and save it as PNG or JPEG"
_BRANDS = {  # of the ISO base media format
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), _HEIC),
    **dict.fromkeys((b"avif", b"avis"), _AVIF),
    **dict.fromkeys((b"mp41", b"mp42", b"isom", b"iso2", b"iso5", b"iso6", b"avc1", b"M4V ", b"qt  ", b"3gp4", b"3gp5"),
                    "is a film; save single pictures of it"),
    b"crx ": "is a raw picture of a camera; save it as JPEG",
}  # fmt: skip
_AMBIGUOUS = (b"mif1", b"msf1", b"miaf")  # the brands that follow tell
_MAGIC = (
    (b"\xff\x0a", "is a JPEG XL picture; save it as PNG or JPEG"),
    (b"\x00\x00\x00\x0cJXL ", "is a JPEG XL picture; save it as PNG or JPEG"),
    (b"\x00\x00\x00\x0cjP  ", "is a JPEG 2000 picture; save it as PNG or JPEG"),
    (b"\xff\x4f\xff\x51", "is a JPEG 2000 picture; save it as PNG or JPEG"),
    (b"%PDF", "is a PDF; save its pages as PNG or JPEG"),
    (b"8BPS", "is a Photoshop file; save it as PNG or JPEG"),
    (b"\x93NUMPY", "is a NumPy array; save its pictures as PNG"),
    (b"\x89HDF", "is an HDF5 file; save its pictures as PNG"),
    (b"SIMPLE  =", "is a FITS file; save its picture as PNG or TIFF"),
    (b"PK\x03\x04", "is a zip; unpack it"),
    (b"\x1f\x8b", "is a gzip archive; unpack it"),
    (b"Rar!", "is a RAR archive; unpack it"),
    (b"version https://git-lfs", "is only Git LFS's note of where the picture is; fetch it with git lfs pull"),
)  # fmt: skip


def what_it_is(data: bytes) -> str:
    """The end of the sentence "<file> ...", with what to do; empty where the bytes tell nothing."""
    if data[4:8] == b"ftyp":
        size = min(int.from_bytes(data[:4], "big"), 256)
        brands = [data[8:12], *(data[at : at + 4] for at in range(16, size, 4))]
        if brands[0] in _AMBIGUOUS:  # an AVIF may say that it is of HEIC's family too, and not the other way round
            brands.sort(key=lambda brand: brand not in (b"avif", b"avis"))
        return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "")
    if data[128:132] == b"DICM":
        return "is a DICOM picture; save it as PNG or TIFF"
    begin = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if begin.startswith((b"<!doctype html", b"<html")):
        return "is a web page that was saved in the place of a picture; download the picture anew"
    if begin.startswith(b"<svg") or (begin.startswith(b"<?xml") and b"<svg" in begin):
        return "is an SVG drawing; save it as PNG"
    return next((said for magic, said in _MAGIC if data.startswith(magic)), "")
