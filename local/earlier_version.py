"""A cadence as it stands in another revision of git, written `REV:PATH` as git does."""

import io
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import FollowthroughError, Unreadable
from local.commands.arguments import cadence_version

_OF_A_CADENCE = re.compile(r"cadence\.json|messages/[^/]+\.txt")


def is_in_git(text: str) -> bool:
    """Whether this names something in a revision; an existing path never does."""
    return ":" in text and not Path(text).exists()


class NotInGit(FollowthroughError):
    """What is meant isn't there, or there is no git; `str()` says which."""


def cadence_in_git(text: str) -> CadenceVersion:
    """The cadence as it is there. Raises NotInGit, or Unreadable when a file has mistakes."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = _unpacked(text, Path(scratch))
        try:
            return cadence_version(str(folder))
        except Unreadable as unreadable:
            raise Unreadable(str(unreadable).replace(str(folder), text.removesuffix("/cadence.json"))) from None


def _unpacked(text: str, scratch: Path) -> Path:
    """A folder of the name that it has there, with the files of the cadence."""
    revision, _, path = text.partition(":")
    path = path.removesuffix("cadence.json").rstrip("/")
    top = _git("rev-parse", "--show-toplevel", otherwise="this is not within a git repository").decode().strip()
    if _id_of(f"{revision}^{{tree}}") is None:
        raise NotInGit(f"{text}: git knows no revision '{revision}'")
    tree = _id_of(f"{revision}:{path}")
    if tree is None or _id_of(f"{tree}:cadence.json") is None:
        raise NotInGit(f"{text}: '{revision}' has no folder '{path}' with a cadence.json, seen from the top of {top}")
    folder = scratch / PurePosixPath(path).name
    _unpack(_git("-C", top, "archive", "--format=tar", tree, otherwise=f"{text}: git can't read it"), folder)
    return folder


def _unpack(packed: bytes, folder: Path) -> None:
    (folder / "messages").mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member) if _OF_A_CADENCE.fullmatch(member.name) else None
            if content:
                (folder / member.name).write_bytes(content.read())


def _id_of(name: str) -> str | None:
    """The id of what git calls so; None if there is no such thing."""
    answer = _run("rev-parse", "--verify", "--quiet", name)
    return answer.stdout.decode().strip() if answer.returncode == 0 else None


def _git(*arguments: str, otherwise: str) -> bytes:
    answer = _run(*arguments)
    if answer.returncode:
        raise NotInGit(otherwise)
    return answer.stdout


def _run(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607 - whichever git
    except FileNotFoundError:
        raise NotInGit("git is not installed: give a cadence's name, or a folder") from None
