"""Files written whole or not at all; the error names the file asked for."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from shapes import egg_body

from meshes.errors import UnwritableError
from meshes.io.whole_file import check_writable, whole_file
from meshes.packs import schema
from meshes.packs.schema import write_body_folder

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def write(path, text="new"):
    with whole_file(path) as stream:
        stream.write(text)


def refused(work, path, why):
    """The file asked for and the reason are told, and no other name."""
    with pytest.raises(UnwritableError) as error:
        work(path)
    assert str(error.value).startswith(f"{path} cannot be written: {os.strerror(why)}; ")
    assert ".part" not in str(error.value)
    assert error.value.filename == str(path)


def test_what_was_there_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / ("x" * 240 + ".csv")  # a longer name beside it would be none
    for text in ("a\n", "b\r\n"):
        write(path, text)
        assert path.read_bytes() == text.encode()
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o400


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize("work", [write, check_writable])
def test_folders_that_are_none_and_names_of_folders_are_refused(work, tmp_path):
    (tmp_path / "file").write_text("old")
    refused(work, tmp_path / "no" / "x", errno.ENOENT)
    refused(work, tmp_path / "file" / "x", errno.ENOTDIR)
    refused(work, tmp_path, errno.EISDIR)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_may_not_be_written_to_is_named_by_the_file(tmp_path, monkeypatch):
    def denied(path, *rest):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(os, "open", denied)  # root may write everywhere
    refused(write, tmp_path / "x", errno.EACCES)
    monkeypatch.undo()
    monkeypatch.setattr(os, "access", lambda *_: False)
    refused(check_writable, tmp_path / "x", errno.EACCES)


def test_no_room_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "x"
    path.write_text("old")

    def fills(path):
        with whole_file(path) as stream:
            stream.write("half")
            raise FULL

    refused(fills, path, errno.ENOSPC)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_whatever_stops_it_nothing_is_left(error, tmp_path):
    def stopped():
        with whole_file(tmp_path / "x", binary=True) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        stopped()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_is_written_to_and_never_replaced():
    check_writable("/dev/null")
    write("/dev/null")
    assert Path("/dev/null").is_char_device()
    refused(lambda path: write(path, "x" * 100_000), "/dev/full", errno.ENOSPC)


def test_a_body_folder_that_cannot_be_written_is_named_and_leaves_no_folder(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("old")
    refused(lambda p: write_body_folder(egg_body(), p), tmp_path / "file" / "egg", errno.ENOTDIR)

    def full(*_):
        raise FULL

    monkeypatch.setattr(schema, "write_npz", full)
    refused(lambda p: write_body_folder(egg_body(), p), tmp_path / "a" / "b" / "egg", errno.ENOSPC)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_old_body_folder_stays_if_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    write_body_folder(egg_body(), tmp_path / "egg")
    before = {p.name: p.read_bytes() for p in (tmp_path / "egg").iterdir()}

    def full(*_):
        raise FULL

    monkeypatch.setattr(schema.os, "replace", full)
    monkeypatch.setattr(schema, "verdicts", lambda *_: ({}, []))
    refused(
        lambda p: write_body_folder(egg_body(), p, replace_existing=True), tmp_path / "egg",
        errno.ENOSPC,
    )  # fmt: skip
    assert {p.name: p.read_bytes() for p in (tmp_path / "egg").iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["egg"]
