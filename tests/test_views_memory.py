"""What the garbage collector is told to leave aside."""

import gc

from views.memory import MANY, SLOW, SettingAside, set_aside


def collect(setting: SettingAside, seconds: float) -> None:
    """A collection of the oldest objects that took so long."""
    setting("start", {"generation": 2})
    setting._began -= seconds
    setting("stop", {"generation": 2})


def test_what_survives_a_slow_collection_is_set_aside_and_looked_through_again_once_much_stands_aside():
    setting = SettingAside()
    gc.disable()  # no collection of the moment may set anything aside
    gc.unfreeze()
    try:
        collect(setting, 0)
        assert gc.get_freeze_count() == 0
        collect(setting, SLOW)
        first = gc.get_freeze_count()
        assert first > 0
        more = [[] for _ in range(first)]
        collect(setting, SLOW)
        assert gc.get_freeze_count() == 0  # more than half as much again: the next collection is whole
        collect(setting, SLOW)
        assert gc.get_freeze_count() > first + len(more) / 2
    finally:
        gc.unfreeze()
        gc.enable()


def test_after_many_quick_collections_one_looks_through_what_others_set_aside():
    setting = SettingAside()
    try:
        gc.freeze()
        for _ in range(MANY):
            collect(setting, 0)
        assert gc.get_freeze_count() > 0
        collect(setting, 0)
        assert gc.get_freeze_count() == 0
    finally:
        gc.unfreeze()


def test_young_objects_are_left_to_the_collector():
    setting = SettingAside()
    gc.unfreeze()
    setting("start", {"generation": 0})
    setting("stop", {"generation": 0})
    assert gc.get_freeze_count() == 0


def test_it_is_asked_for_once_a_process():
    before = list(gc.callbacks)
    try:
        set_aside()
        set_aside()
        assert sum(isinstance(known, SettingAside) for known in gc.callbacks) == 1
    finally:
        gc.callbacks[:] = before
