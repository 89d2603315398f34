"""A plan file, its body and its assessment together: what `render` and the demonstration draw."""

from __future__ import annotations

from pathlib import Path

from meshes.body import Body, load_body
from viewer.cli.assess import assess_requests
from viewer.cli.needle_forms import Request
from zones.assessment import Assessment
from zones.danger import danger_zones
from zones.plan import Plan
from zones.plan_file import read_plan
from zones.planned import planned_zones
from zones.refit import require_body


def assessed_plan(path: Path, body_name: str | None = None) -> tuple[Body, Plan, Assessment]:
    """Read a plan, load the body it was made for, assess it as `needlewise assess` does.

    Raises
    ------
    BadPlanError
        The plan was made for another body.
    """
    plan = read_plan(path)
    body = load_body(body_name or plan.body_id)
    require_body(plan, body)
    return body, plan, assessment_of(plan, body)


def assessment_of(plan: Plan, body: Body) -> Assessment:
    """Assess every needle of a plan under its margins; an empty plan has no needle result."""
    requests = requests_of(plan, body)
    if not requests:
        return Assessment(
            body.id, body.version, body.content_hash, body.posture, body.phase, (), ()
        )
    return assess_requests(body, requests)


def requests_of(plan: Plan, body: Body) -> list[Request]:
    """The plan's needles as requests, each under the plan's margins and muted zones."""
    zones = planned_zones(plan, danger_zones(body))
    return [Request(p.id, p.needle, None, zones) for p in plan.needles]
