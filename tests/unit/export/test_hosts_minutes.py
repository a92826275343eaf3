"""The account of the hosts' minutes as people get it: in words, on the page, in the workbook, as JSON."""

from __future__ import annotations

import io

from attrs import evolve
from openpyxl import load_workbook

from export_plan import judgement_of
from hamsafar.domain.hosts_minutes import DayShare, HostDay, HostShare, HostsMinutes
from hamsafar.domain.pace import Chance, HelpPace, Overruns
from hamsafar.domain.plan import Plan
from hamsafar.export.hosts_minutes import (
    MINUTES_HEADER,
    host_rows,
    hosts_of,
    minutes_document,
    said_of_hosts_minutes,
)
from hamsafar.export.page import report_html
from hamsafar.export.sheets import activities_xlsx
from staying import staying_plan


def helped() -> Plan:
    """The rich plan with an account of two hosts, and what was agreed."""
    plan = staying_plan()
    hosts = hosts_of(plan)[:2]
    minutes = (
        HostDay(person=hosts[0].id, flight_day=2, used_min=40, agreed_min=90.0),
        HostDay(person=hosts[1].id, flight_day=2, used_min=95, agreed_min=90.0),
        HostDay(person=hosts[0].id, flight_day=3, used_min=25, agreed_min=90.0),
    )
    share = HostShare(person=hosts[0].id, total_min=60)
    day = DayShare(flight_day=2, total_min=150)
    budget = HostsMinutes(agreed="protocol <7>", total_min=150, people=(share,), days=(day,))
    return evolve(plan, hosts_minutes=minutes, programme=evolve(plan.programme, hosts_minutes=budget))


def test_the_minutes_by_host_and_day_add_up() -> None:
    plan = helped()
    one, other, *rest, every = host_rows(plan)
    assert one.days[1:3] == ("40 of 90", "25 of 90")
    assert (one.used, one.agreed, one.left) == ("65", "60", "-5")
    assert other.days[1:3] == ("95 of 90", "")
    assert (other.used, other.agreed, other.left) == ("95", "", "")
    assert all(row.used == "0" and not any(row.days) for row in rest)
    assert every.days[1:3] == ("135 of 150", "25")
    assert (every.used, every.agreed, every.left) == ("160", "150", "-10")
    assert said_of_hosts_minutes(plan) == "Hosts' minutes: 160 of 150 agreed (protocol <7>), OVERDRAWN by 10"
    document = minutes_document(plan)
    assert (document["used_min"], document["agreed_min"], document["left_min"]) == (160, 150, -10)
    assert [row["left_min"] for row in document["days"]] == [50, -5, 65]
    assert [row["left_min"] for row in document["people"]][:2] == [-5, None]


def test_the_workbook_has_a_sheet_of_them() -> None:
    plan = helped()
    rows = list(load_workbook(io.BytesIO(activities_xlsx(plan)))["Hosts' minutes"].values)
    assert rows[0] == MINUTES_HEADER
    assert [row[4:] for row in rows[1:5]] == [(40, 90, 50), (95, 90, -5), (25, 90, 65), (135, 150, 15)]
    assert rows[-1][3:] == ("All hosts", 160, 150, -10)
    assert len(rows) == 1 + 3 + 1 + len(hosts_of(plan)) + 1


def test_the_report_has_a_table_of_them_with_what_a_simulation_takes() -> None:
    plan = helped()
    over = Chance(share=0.25, error=0.01)
    every = HelpPace(person=None, day=None, planned_min=160, mean_min=171.2, p90_min=190.0, agreed_min=150, over=over)
    pace = Overruns(runs=100, seed=0, threshold=0.2, late_min=5.0, days=(), activities=(), tight=(), help=(every,))
    assert host_rows(plan, pace)[-1].simulated == "171, nine in ten below 190; over in 25.0 % \u00b1 1.0"
    page = report_html(plan, judgement_of(plan), []).decode()
    assert '<section id="hosts"' in page
    assert "protocol &lt;7&gt;" in page
    assert "95 of 90" in page
    bare = evolve(plan, hosts_minutes=(), programme=evolve(plan.programme, hosts_minutes=None))
    assert 'id="hosts"' not in report_html(bare, judgement_of(bare), []).decode()


def test_without_anything_agreed_they_are_told_all_the_same() -> None:
    plan = evolve(helped(), programme=staying_plan().programme)
    said = said_of_hosts_minutes(plan)
    assert said == "Hosts' minutes: 160, at most 95 of one host on one day (90 agreed); no total was agreed"
    assert host_rows(plan)[-1].agreed == ""
    bare = evolve(plan, hosts_minutes=())
    assert (said_of_hosts_minutes(bare), host_rows(bare)) == ("", [])
