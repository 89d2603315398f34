"""What is unsaved is written, what a crash left is found, what runs is left alone."""

import os
import subprocess
import sys

import pytest
from shapes import egg_body

from viewer import autosave
from viewer.autosave import Autosave
from zones import edits
from zones.needle import Needle
from zones.session import Session


@pytest.fixture
def session():
    return Session(egg_body())


def add(session, depth=20.0):
    session.apply(edits.add_needle(Needle((60, 95, 0), (0, -1, 0), depth)))


def dead_pid() -> int:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return gone.pid


def test_nothing_unsaved_nothing_written(session, tmp_path):
    keeper = Autosave(session, tmp_path / "autosave")
    assert keeper.tick() is False
    assert not keeper.folder.exists()


def test_an_unsaved_plan_is_written_once_and_read_back_equal(session, tmp_path):
    keeper = Autosave(session, tmp_path)
    add(session)
    assert keeper.tick() is True
    assert keeper.tick() is False
    assert autosave.recover(keeper.path) == session.plan
    session.apply(edits.set_depth("n1", 33.0))
    assert keeper.tick() is True
    assert autosave.recover(keeper.path) == session.plan


def test_saving_elsewhere_takes_the_risk_away(session, tmp_path):
    keeper = Autosave(session, tmp_path)
    add(session)
    keeper.tick()
    session.mark_saved()
    keeper.tick()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_deleted_meanwhile_is_made_again_and_a_blocked_one_is_no_error(session, tmp_path):
    keeper = Autosave(session, tmp_path / "a")
    add(session)
    keeper.tick()
    keeper.path.unlink()
    keeper.folder.rmdir()
    assert keeper.tick() is True
    (tmp_path / "blocked").write_text("")
    assert Autosave(session, tmp_path / "blocked" / "b").tick() is False


def test_only_files_of_programs_that_ended_are_left_behind(session, tmp_path):
    add(session)
    keeper = Autosave(session, tmp_path)
    keeper.tick()
    assert autosave.left_behind(tmp_path) == []  # this very program runs
    crashed = tmp_path / f"plan-{dead_pid()}.json"
    crashed.write_bytes(keeper.path.read_bytes())
    (tmp_path / "plan-notes.json").write_text("{}")
    found = autosave.left_behind(tmp_path)
    assert crashed in found
    assert keeper.path not in found
    autosave.forget(found)
    assert keeper.path.exists()
    assert not crashed.exists()


def test_what_cannot_be_read_is_no_plan(tmp_path):
    broken = tmp_path / f"plan-{os.getpid()}.json"
    broken.write_text("{")
    assert autosave.recover(broken) is None
    assert autosave.left_behind(tmp_path / "absent") == []


def test_a_folder_that_refuses_is_said_once_and_again_after_it_worked(session, tmp_path):
    (tmp_path / "blocked").write_text("a file where the folder should be")
    keeper = Autosave(session, tmp_path / "blocked")
    said = []
    keeper.on_failed = said.append
    add(session)
    assert keeper.tick() is False
    assert keeper.tick() is False
    assert len(said) == 1
    (tmp_path / "blocked").unlink()
    assert keeper.tick() is True
    add(session, 21.0)
    for file in (tmp_path / "blocked").iterdir():
        file.unlink()
    (tmp_path / "blocked").rmdir()
    (tmp_path / "blocked").write_text("again")
    assert keeper.tick() is False
    assert len(said) == 2
