"""OPS-08, 09, 14: the data store, what is sent out of it, and which pictures are home."""

from __future__ import annotations

from collections import Counter

from hamsafar.domain.operations import OperationsTask
from hamsafar.timeline import Instant
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.registry import Breach, Said, checks

TELEMETRY = "telemetry"
NOTHING_KBIT = 0.001  # a bit, which two people round differently


def stored_kbit(case: OperationsCase, task: OperationsTask) -> float:
    """What a task leaves in the store by the mission's file, whatever the plan says."""
    step, camera = case.step_of(task), case.camera_of(task)
    if step is not None:
        return step.data_kbit
    return 0.0 if camera is None else camera.image_kbit


def _gathered_kbit(case: OperationsCase, moment: Instant) -> float:
    """Telemetry by a moment, with what was in the store at the start."""
    elapsed_s = max(0.0, min(case.s(moment), case.s(case.plan.span.end)))
    return case.week.store_at_start_kbit + case.week.telemetry_kbit_per_h * elapsed_s / 3_600


def _sent_by(case: OperationsCase, moment: Instant) -> float:
    """What has left the store by a moment: evenly during each transmission."""
    total = 0.0
    for task in case.transmissions:
        length_s = task.end.seconds_since(task.start)
        over = 1.0 if length_s <= 0 else min(1.0, max(0.0, moment.seconds_since(task.start) / length_s))
        total += over * sum(sent.kbit for sent in task.sends)
    return total


def level_kbit(case: OperationsCase, moment: Instant) -> float:
    """What the store holds at a moment, what ends just then already in it."""
    made = sum(stored_kbit(case, task) for task in case.tasks if task.end <= moment)
    return _gathered_kbit(case, moment) + made - _sent_by(case, moment)


@checks("OPS-08")
def store_holds(case: OperationsCase) -> Said:
    """The store at the start, at the end, and where anything starts or ends; between those it changes evenly."""
    for task in case.tasks:
        wanted = stored_kbit(case, task)
        if not abs(task.stored_kbit - wanted) <= NOTHING_KBIT:
            sentence = f"{task.id} leaves {wanted:g} kbit in the store by the mission's file; the plan says"
            yield Breach(f"{sentence} {task.stored_kbit:g}.", (task.id,), abs(task.stored_kbit - wanted), "kbit")
    moments = {case.plan.span.start, case.plan.span.end}
    moments |= {moment for task in case.tasks for moment in (task.start, task.end)}
    levels = [(level_kbit(case, moment), moment) for moment in sorted(moments)]
    most, when = max(levels, key=lambda pair: pair[0])
    over = most - case.week.store_kbit
    if not over <= NOTHING_KBIT:
        first = next(moment for level, moment in levels if not level - case.week.store_kbit <= NOTHING_KBIT)
        told = f"at {when} it would hold {most:.1f} kbit, and it holds {case.week.store_kbit:g} at the most"
        yield Breach(f"The store runs over, first by {first}: {told}.", (str(first),), over, "kbit")


@checks("OPS-09")
def sent_is_there(case: OperationsCase) -> Said:
    """Nothing sent before it was stored, nor twice, nor faster than the link's payload bits allow."""
    link = case.downlink
    by_id = {task.id: task for task in case.tasks}
    gone: dict[str, float] = {}
    for task in case.tasks:
        if task.sends and task.kind != "transmission":
            yield Breach(f"{task.id} sends data, and is no transmission.", (task.id,))
    for task in case.transmissions:
        total = 0.0
        for sent in task.sends:
            total += sent.kbit
            if not sent.kbit >= 0:
                yield Breach(
                    f"{task.id} sends {sent.kbit:g} kbit of {sent.of}.", (task.id, sent.of), -sent.kbit, "kbit"
                )
            there, why = _there(case, by_id.get(sent.of), sent.of, task.start)
            gone[sent.of] = gone.get(sent.of, 0.0) + sent.kbit
            over = gone[sent.of] - there
            if not over <= NOTHING_KBIT:
                sentence = (
                    f"{task.id} sends {sent.kbit:g} kbit of {sent.of}, {over:.1f} more than were left in the store"
                )
                yield Breach(f"{sentence}{why}.", (task.id, sent.of), over, "kbit")
        room = link.rate_bit_s * link.efficiency / 1_000 * max(0.0, task.end.seconds_since(task.start))
        if not total - room <= NOTHING_KBIT:
            sentence = f"{task.id} sends {total:.1f} kbit; the link brings {room:.1f} down in its time"
            yield Breach(f"{sentence}.", (task.id,), total - room, "kbit")


def _there(case: OperationsCase, made: OperationsTask | None, of: str, by: Instant) -> tuple[float, str]:
    """(kbit of something put into the store by a moment, what to add where that is none)."""
    if of == TELEMETRY:
        return _gathered_kbit(case, by), f" at {by}"
    if made is None:
        return 0.0, ", where nothing of that name ever was"
    if made.end > by:
        return 0.0, f": it ends at {made.end} only"
    return stored_kbit(case, made), f" at {by}"


def homes(case: OperationsCase) -> dict[str, Instant]:
    """Pictures whose data were all sent after they were taken, and by when."""
    answer: dict[str, Instant] = {}
    for picture in case.pictures:
        size, so_far = stored_kbit(case, picture), 0.0
        for task in case.transmissions:
            if task.start >= picture.end:
                so_far += sum(sent.kbit for sent in task.sends if sent.of == picture.id)
                if size > 0 and so_far >= size - NOTHING_KBIT:
                    answer[picture.id] = task.end
                    break
    return answer


@checks("OPS-14")
def pictures_home(case: OperationsCase) -> Said:
    """What is said to be home is, by its date; what is home is said to be; what failed is not."""
    yield from _failed(case)
    found = {id_: by for id_, by in homes(case).items() if id_ not in case.plan.failed}
    pictures = {picture.id: picture for picture in case.pictures}
    for id_ in sorted(set(case.plan.home) | set(found)):
        picture = pictures.get(id_)
        if picture is None:
            yield Breach(f"{id_} is said to be home, and is no picture in the plan.", (id_,))
            continue
        wish = case.images.get(picture.of)
        if id_ in case.plan.failed:
            continue  # told already
        due = case.plan.span.end if wish is None or wish.by is None else min(wish.by, case.plan.span.end)
        late_s = None if id_ not in found else found[id_].seconds_since(due)
        said = id_ in case.plan.home
        if said and late_s is None:
            sent = sum(sent.kbit for task in case.transmissions for sent in task.sends if sent.of == id_)
            size = stored_kbit(case, picture)
            sentence = f"{id_} is said to be home; {sent:g} of its {size:g} kbit are sent"
            yield Breach(f"{sentence}, and not all after it was taken.", (id_,), max(0.0, size - sent), "kbit")
        elif said and late_s is not None and late_s > 0:
            sentence = (
                f"{id_} is said to be home; its last data come at {found[id_]}, {late_s / 60:.1f} min after {due}"
            )
            yield Breach(f"{sentence}.", (id_,), late_s, "s")
        elif not said and late_s is not None and late_s <= 0:
            yield Breach(f"All data of {id_} are sent by {found[id_]}, and it is not said to be home.", (id_,))
    for id_ in sorted({id_ for id_ in case.plan.home if case.plan.home.count(id_) > 1}):
        yield Breach(f"{id_} is said to be home more than once.", (id_,))


def _failed(case: OperationsCase) -> Said:
    """What a plan says came to nothing. Its data may be down: often nobody sees before that a picture is blurred."""
    pictures = {picture.id for picture in case.pictures}
    for id_, count in Counter(case.plan.failed).items():
        if id_ not in pictures:
            yield Breach(f"{id_} is said to have failed, and is no picture in the plan.", (id_,))
        if count > 1:
            yield Breach(f"{id_} is said to have failed {count} times.", (id_,), count - 1, "times")
        if id_ in case.plan.home:
            yield Breach(f"{id_} is said to be home, and to have failed.", (id_,))
