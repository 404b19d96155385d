"""A room of forty: how long an answer takes to the wall, and a phone's poll.

    python tests/bench/bench_room.py [--people 40] [--seconds 20]

All sit in one room, poll as their pages do, and answer at moments of their own; the teacher's page polls beside them.
Then they train a sweep together, each pressing Train once, and last a run is trained on which all could bet.
Raw WebSocket sessions (``hall_people``): a server's work, not that of the browsers. Run it alone on the machine.
"""

import argparse
import asyncio
import os
import random
import re
import tempfile
import time
from pathlib import Path

import common  # noqa: F401  (where the lab is)
from hall_people import Person, quantile
from lab_server import LabServer

from core.rooms import room, seat
from core.rooms.ballot import Ballot

ASKED = Ballot("How large is the map of a 5 x 5 window on 7 x 7?", ("3 x 3", "5 x 5", "2 x 2", "7 x 7"), 0)
POLL, WALL = 3.0, 0.7  # seconds between polls, as pages/room has them


async def student(person: Person, answers_at: float, pressed: list[float], is_over: asyncio.Event) -> None:
    """Poll as a phone does, and answer once."""
    await asyncio.sleep(random.uniform(0, POLL))  # pages are opened at moments of their own
    while not is_over.is_set():
        if person.pressed_at != person.pressed_at and time.perf_counter() >= answers_at:
            option = random.choice(ASKED.options)
            labels = [name for name in person.buttons if name.endswith(option)]
            if not labels:
                raise SystemExit(f"The page shows no option: {list(person.buttons)}, {person.exceptions}")
            label = labels[0]
            pressed.append(time.perf_counter())
            await person.press(label, fragment=person.quickest)
        await asyncio.sleep(POLL)
        await person.poll()


async def wall(teacher: Person, seen: dict[int, float], n: int, is_over: asyncio.Event) -> None:
    """Poll as the teacher's page does until all answers are on it."""
    while len(seen) < n:
        await asyncio.sleep(WALL)
        await teacher.poll()
        found = re.search(r"\*\*(\d+)\*\* of", teacher.said)
        for k in range(1, int(found[1]) + 1 if found else 0):
            seen.setdefault(k, time.perf_counter())
    is_over.set()


async def together(teacher: Person, people: list[Person], begin: str, press: str, then: str, seconds: float) -> None:
    """The teacher begins something; each phone polls, and presses a button once where it has it; and how polls were."""
    wall_from, polls_from = len(teacher.polls), [len(person.polls) for person in people]
    await teacher.press(begin)
    over = time.perf_counter() + seconds

    async def phone(person: Person) -> None:
        presses_at = time.perf_counter() + random.uniform(2, seconds / 2)
        await asyncio.sleep(random.uniform(0, POLL))
        while time.perf_counter() < over:
            if press in person.buttons and time.perf_counter() >= presses_at:
                presses_at = float("inf")
                await person.press(press, fragment=person.quickest)
            await asyncio.sleep(POLL)
            await person.poll()

    async def watch() -> None:
        is_begun = not then
        while time.perf_counter() < over:
            await asyncio.sleep(WALL)
            if not is_begun and time.perf_counter() > over - seconds / 2:
                is_begun = True
                await teacher.press(then, fragment=teacher.quickest)
            await teacher.poll()

    await asyncio.gather(watch(), *(phone(person) for person in people))
    polls = [poll for person, first in zip(people, polls_from, strict=True) for poll in person.polls[first:]]
    print(f"{begin}: a phone's poll {quantile(polls, 0.5):.3f} s, {quantile(polls, 0.95):.3f} s at p95 (0.2)")
    walls = teacher.polls[wall_from:]
    print(f"  the wall's poll {quantile(walls, 0.5):.3f} s, {quantile(walls, 0.95):.3f} s at p95")


async def lesson(server: LabServer, n: int, seconds: float) -> None:
    """Open, ask, answer, and say how long it took."""
    teacher = Person(server.url, "Room", looks_for="have answered")
    await teacher.open()
    key = re.search(r"teacher's key .*: (\S+)", server.log())
    assert key is not None
    await teacher.press("Open the desk", **{"Teacher's key": key[1]})
    code = room.open_room(teacher.key)
    people = [Person(server.url, "Room", f"room={code}") for _ in range(n)]
    for person in people:
        seat.join(code, person.key)
    room.ask(code, teacher.key, ASKED)
    await asyncio.gather(*(person.open() for person in people))
    await teacher.draw_anew()
    begin, pressed, seen, is_over = time.perf_counter(), [], {}, asyncio.Event()
    at = [begin + random.uniform(2, seconds) for _ in people]
    await asyncio.gather(
        wall(teacher, seen, n, is_over), *(student(p, t, pressed, is_over) for p, t in zip(people, at, strict=True))
    )
    late = [seen[k] - when for k, when in enumerate(sorted(pressed), 1)]
    polls = [poll for person in people for poll in person.polls]
    presses = [person.pressed for person in people]
    for person in people:
        person.buttons = {}
    print(f"  an answer is on the wall after {quantile(late, 0.5):.2f} s, {quantile(late, 0.95):.2f} s at p95 (1)")
    print(f"  a phone's poll {quantile(polls, 0.5):.3f} s, {quantile(polls, 0.95):.3f} s at p95 (0.2), of {len(polls)}")
    print(f"  a press {quantile(presses, 0.5):.3f} s, {quantile(presses, 0.95):.3f} s at p95")
    await together(teacher, people, "Deal the runs", "Train", "", 2 * seconds)
    await together(teacher, people, "Ask for bets", "", "Train it", seconds)
    wrong = [text for person in [teacher, *people] for text in person.exceptions]
    print("  exceptions on a page:", "\n".join(wrong) or "none")
    for person in [teacher, *people]:
        await person.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20)
    chosen = parser.parse_args()
    random.seed(0)
    with tempfile.TemporaryDirectory(prefix="chalknet-room-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        os.environ["CHALKNET_HOME"] = str(home)
        server = LabServer(home, CHALKNET_HALL="1")
        try:
            print(f"a room of {chosen.people}", flush=True)
            asyncio.run(lesson(server, chosen.people, chosen.seconds))
        except BaseException:
            print(server.log())  # what went wrong is said there alone
            raise
        finally:
            server.stop()


if __name__ == "__main__":
    main()
