"""The crew-planning domain of 2008, as far as it is translated: its actions, whose durations a file may change."""

from __future__ import annotations

from functools import cache

from hamsafar.errors import InputError
from hamsafar.schedule.formats.pddl import Domain, Timed, read_domain

ACTIONS = """(define (domain crewplanning)
(:durative-action initialize_day :parameters (?a ?b - day) :duration (= ?duration 1)
 :condition (and (at start (initiated ?a)) (over all (next ?a ?b)))
 :effect (and (at end (initiated ?b))))
(:durative-action post_sleep :parameters (?c - crewmember ?a ?b - day) :duration (= ?duration 1)
 :condition (and (at start (done_sleep ?c ?a)) (at start (currentday ?c ?a)) (over all (next ?a ?b))
   (at start (initiated ?b)))
 :effect (and (at start (not (currentday ?c ?a))) (at end (currentday ?c ?b)) (at end (available ?c))
   (at end (done_post_sleep ?c ?b))))
(:durative-action have_meal :parameters (?c - crewmember ?d - day) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (at start (done_post_sleep ?c ?d)) (over all (currentday ?c ?d)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at end (done_meal ?c ?d))))
(:durative-action exercise :parameters (?c - crewmember ?d - day ?e - exerequipment) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (at start (done_post_sleep ?c ?d)) (at start (unused ?e))
   (over all (currentday ?c ?d)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at start (not (unused ?e)))
   (at end (unused ?e)) (at end (done_exercise ?c ?d))))
(:durative-action sleep :parameters (?c - crewmember ?d - day) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (at start (done_exercise ?c ?d)) (at start (done_meal ?c ?d))
   (over all (currentday ?c ?d)))
 :effect (and (at start (not (available ?c))) (at end (done_sleep ?c ?d))))
(:durative-action change_filter :parameters (?f - filterstate ?c - crewmember ?d - day) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (over all (currentday ?c ?d)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at end (changed ?f ?d))))
(:durative-action medical_conference :parameters (?m - medicalstate ?c - crewmember ?d - day) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (over all (currentday ?c ?d)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at end (mcs_finished ?m ?d))))
(:durative-action conduct_payload_activity :parameters (?p - payloadact ?c - crewmember) :duration (= ?duration 1)
 :condition (and (at start (available ?c)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at end (payload_act_done ?p))))
(:durative-action report_payload_activity_at_deadline :parameters (?p - payloadact ?c - crewmember ?d - day)
 :duration (= ?duration 1)
 :condition (and (over all (currentday ?c ?d)) (at start (payload_act_done ?p)))
 :effect (and (at end (payload_act_completed ?p ?d))))
(:durative-action first_reconfigurate_thermal_loops :parameters (?r - rpcm ?c - crewmember) :duration (= ?duration 1)
 :condition (and (at start (available ?c)))
 :effect (and (at start (not (available ?c))) (at end (available ?c))
   (at end (done_first_reconfigure_thermal_loop ?r))))
(:durative-action remove_sleep_station :parameters (?r - rpcm ?c - crewmember) :duration (= ?duration 1)
 :condition (and (at start (available ?c)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at end (done_remove_sleep_station ?r))))
(:durative-action replace_rpcm :parameters (?r - rpcm ?c - crewmember) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (at start (done_remove_sleep_station ?r))
   (at start (done_first_reconfigure_thermal_loop ?r)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at end (done_replace_rpcm ?r))))
(:durative-action assemble_sleep_station :parameters (?r - rpcm ?c - crewmember) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (at start (done_replace_rpcm ?r)))
 :effect (and (at start (not (available ?c))) (at end (available ?c)) (at end (done_assemble_sleep_station ?r))))
(:durative-action second_reconfigurate_thermal_loops :parameters (?r - rpcm ?c - crewmember) :duration (= ?duration 1)
 :condition (and (at start (available ?c)) (at start (done_replace_rpcm ?r)))
 :effect (and (at start (not (available ?c))) (at end (available ?c))
   (at end (done_second_reconfigure_thermal_loop ?r))))
(:durative-action finish_rpcm :parameters (?r - rpcm ?c - crewmember ?d - day) :duration (= ?duration 1)
 :condition (and (at start (done_assemble_sleep_station ?r)) (at start (done_second_reconfigure_thermal_loop ?r))
   (over all (currentday ?c ?d)))
 :effect (and (at end (done_rpcm ?r ?d)))))"""


def ensure_crew_planning(found: Domain) -> None:
    """InputError, with its place in the file, for the first thing that is not as in the domain of 2008."""
    known = _known()
    if found.name != known.name or set(found.actions) != set(known.actions):
        other = sorted(set(found.actions) ^ set(known.actions))
        said = f"is {found.name}" if found.name != known.name else f"has or lacks {', '.join(other)}"
        raise InputError(
            f"the PDDL domain translated is CrewPlanning of 2008; this one {said}", where=f"{found.file}:1:1"
        )
    for name, action in found.actions.items():
        like = known.actions[name]
        where = f"{found.file}:{action.line}:{action.column}"
        if action.types != like.types:
            raise InputError(f"{name} should be of {' '.join(like.types)} (got {' '.join(action.types)})", where=where)
        for what, ours, theirs in (
            ("condition", like.conditions, action.conditions),
            ("effect", like.effects, action.effects),
        ):
            for timed in sorted(ours ^ theirs, key=_said):
                verb = "lacks" if timed in ours else "has"
                raise InputError(f"{name} {verb} the {what} ({_said(timed)}), unlike that of 2008", where=where)


@cache
def _known() -> Domain:
    return read_domain("the domain that is translated", ACTIONS)


def _said(timed: Timed) -> str:
    fact = f"({' '.join((timed.fact.predicate, *timed.fact.of))})"
    return f"{timed.when} {fact if timed.true else f'(not {fact})'}"
