"""Changes on the desk: refused in the scenario's own words, undone, saved and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

import promiselab
from promiselab.web.desks import Desk
from promiselab.web.files import Files
from promiselab.web.what_if import WhatIf, changes_to, on_desk, tidy
from scenarios import shipped
from scenarios.problems import BadInput
from scenarios.scenario import Scenario

PROMISE = "design.promises.wholesale.lead_time_days"
SERVICE = "design.offerings.wholesale.service"


@pytest.fixture(scope="module")
def giftware() -> Scenario:
    return promiselab.load("giftware")


@pytest.fixture(scope="module")
def base(giftware: Scenario) -> Scenario:
    return on_desk(giftware, "as_is")


@pytest.mark.parametrize("name", shipped.names())
def test_the_desk_changes_nothing_by_itself(name: str) -> None:
    scenario = promiselab.load(name)
    for design in ("as_is", *scenario.designs):
        assert tidy(on_desk(scenario, design)) == scenario.with_design(design)


def test_a_change_is_that_of_set(base: Scenario) -> None:
    made = WhatIf.of(base, {}).changed("segments.export.customers", "+100%").changed(PROMISE, "5")
    assert made.scenario.segments["export"].customers == 2 * base.segments["export"].customers
    assert tidy(made.scenario).current.promises["wholesale"].lead_time_days == 5
    assert list(tidy(made.scenario).current.promises) == ["wholesale"]


def test_what_the_base_says_already_is_no_change(base: Scenario) -> None:
    made = WhatIf.of(base, {}).changed(SERVICE, '"reserved"')
    assert made.changed(SERVICE, '"standard"').changes == {}
    assert WhatIf.of(base, {}).changed("segments.export.customers", "*1").changes == {}
    assert made.without(SERVICE).scenario == base


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("segments.export.customers", "-1", "must be at least 1"),
        ("segments.export.customers", "", "a number is expected"),
        ("segments.export.customers", "1.5", "a whole number is expected"),
        ("segments.export.customers", ".nan", "finite"),
        ("segments.export.customers", "!!python/object:os.system", "tags .* are not allowed"),
        ("products.core_range.unit_cost", "1,5", "number"),
        (PROMISE, "0", "above 0"),
        (SERVICE, '"gold"', "gold"),
        ("segments.nobody.customers", "1", "no entry of that name"),
    ],
)
def test_a_wrong_value_is_refused_in_the_words_of_the_scenario(
    base: Scenario, path: str, value: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        WhatIf.of(base, {}).changed(path, value)
    assert not any("--set" in str(problem) for problem in caught.value.problems)


def test_a_design_becomes_changes_that_make_it(giftware: Scenario, base: Scenario) -> None:
    design = giftware.designs["one_size_fits_all"]
    made = WhatIf.of(base, changes_to(base, design))
    told = made.scenario.model_copy(update={"design": made.scenario.current.model_copy(update={"description": ""})})
    assert tidy(told).current == design.model_copy(update={"description": ""})
    assert changes_to(base, base.current) == {}


def test_a_design_that_leaves_somebody_out_becomes_one_change(giftware: Scenario) -> None:
    scenario = promiselab.with_changes(giftware, {"segments.export.must_serve": "false"})
    base = on_desk(scenario, "as_is")
    design = scenario.as_is.model_copy(update={"offerings": {**scenario.as_is.offerings, "export": None}})
    assert tidy(WhatIf.of(base, changes_to(base, design)).scenario).current.offerings["export"] is None


def test_a_segment_is_served_or_not(giftware: Scenario) -> None:
    optional = promiselab.with_changes(giftware, {"segments.export.must_serve": "false"})
    base = on_desk(optional, "as_is")
    promised = WhatIf.of(base, {}).changed("design.promises.export.lead_time_days", "5")
    without = promised.serving("export", False)
    assert without.differences() == [("design.offerings.export", "served", "not served")]
    assert "export" not in without.scenario.current.promises
    assert without.serving("export", True).changes == {}
    left_out = on_desk(tidy(without.scenario), "current")
    again = WhatIf.of(left_out, {}).serving("export", True)
    assert again.scenario.current.offerings["export"] == optional.as_is.offerings["export"]
    assert again.changed("design.promises.export.lead_time_days", "5").scenario.current.promises["export"] is not None
    assert again.serving("export", False).changes == {}


def test_what_is_saved_is_what_was_seen(giftware: Scenario) -> None:
    desk = Desk.of("giftware", giftware)
    desk.now = desk.now.changed(PROMISE, "5").changed("segments.export.customers", "500")
    saved = desk.to_save("faster")
    assert saved.name == "faster"
    assert Desk.of("faster", saved).start == "current"
    assert Desk.of("faster", saved).now.scenario.current == desk.now.scenario.current


def test_files_are_new_and_inside_the_folder(giftware: Scenario, tmp_path: Path) -> None:
    files = Files(tmp_path, ("giftware",))
    for name in ("plain", "../../etc/passwd", "/abs", "..", "CON", "a\0b", "x" * 80, "é"):
        made = files.save(giftware, name)
        assert (tmp_path / made).resolve().parent == tmp_path.resolve()
        assert files.load(made) == giftware
        with pytest.raises(BadInput, match="not overwritten"):
            files.save(giftware, name)
    assert files.load(files.save(giftware, "plain", workbook=True)) == giftware
    assert len(list(tmp_path.iterdir())) == 9
    (tmp_path / "outside.yaml").symlink_to("/etc/passwd")
    for name in ("../secret.yaml", "/etc/passwd", "nowhere.yaml", ""):
        with pytest.raises(BadInput, match="not among those"):
            files.load(name)
    with pytest.raises(BadInput):
        files.load("outside.yaml")


def test_a_design_holds_offers_and_nothing_else(giftware: Scenario) -> None:
    desk = Desk.of("giftware", giftware)
    desk.now = desk.now.changed(PROMISE, "5")
    assert desk.as_design("fast").designs["fast"].promises["wholesale"].lead_time_days == 5
    assert desk.as_design("fast").design is None
    with pytest.raises(BadInput, match="name of a design already"):
        desk.as_design("one_size_fits_all")
    desk.now = desk.now.changed("segments.export.customers", "500")
    with pytest.raises(BadInput, match=r"segments\.export\.customers"):
        desk.as_design("fast")
