"""A full hall: forty people at one lab, on this machine's cores.

    python tests/bench/bench_hall.py [--people 40] [--only perceptrons long cnns memory] [--limit 300]

perceptrons   all press Train on the perceptron (5,000 pictures, 4 epochs)
long          one trains a 50-epoch CNN, all others then press Train on the perceptron
cnns          all press Train on the CNN
memory        ten times as many sessions come, look at three pages and go
student       what one person costs: processor seconds, memory, disk (the units of ``simulate_hall.py``)

Each part has a lab and a folder of its own. The people are raw WebSocket sessions (``hall_people``): a server's work,
not that of the browsers, which run elsewhere. Run it alone on the machine.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from common import ROOT, verdict
from hall_people import Person, quantile
from lab_server import LabServer

LOOK_SECONDS = 0.25
LONG_EPOCHS = 50
SAME_EPOCHS = 3  # of the long run, compared with the same run alone


@dataclass
class Seen:
    """What was seen of a run from outside, on the clock of perf_counter."""

    n_read: int = 0  # bytes of its history
    first_loss: float = float("nan")
    epochs: list[float] = field(default_factory=list)  # when each was first there
    losses: list[float] = field(default_factory=list)
    done: float = float("nan")


class Watch:
    """Looks at all runs of a lab a few times a second: only what was appended is read."""

    def __init__(self, home: Path) -> None:
        self.store, self.runs = home / "runs", {}

    def look(self) -> None:
        now = time.perf_counter()
        for folder in self.store.glob("[a-z2-7]*"):
            seen = self.runs.setdefault(folder.name, Seen())
            if seen.done == seen.done:
                continue
            self._read(folder, seen, now)
            try:
                status = json.loads((folder / "status.json").read_text())["status"]
            except (OSError, ValueError):
                continue
            if status not in ("queued", "running"):
                seen.done = now

    def _read(self, folder: Path, seen: Seen, now: float) -> None:
        try:
            with (folder / "history.jsonl").open("rb") as file:
                file.seek(seen.n_read)
                new = file.read()
        except FileNotFoundError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        seen.n_read += len(whole)
        for line in whole.splitlines():
            event = json.loads(line)
            if event["event"] == "batches":
                seen.losses += event["losses"]
                if seen.first_loss != seen.first_loss:
                    seen.first_loss = now
            elif event["event"] == "epoch" and event["epoch"] > len(seen.epochs):
                seen.epochs.append(now)


async def hall(server: LabServer, people: list[Person], pressing: list[Person], watch: Watch, done, limit: float):
    """All press at once and stay, until ``done`` says that it is over, or the limit."""
    over = asyncio.Event()

    async def sit(person: Person) -> None:
        await person.press("Train")
        await person.stay(over)

    stays = [asyncio.create_task(sit(person)) for person in pressing]
    end = time.perf_counter() + limit
    while not done() and time.perf_counter() < end:
        watch.look()
        await asyncio.sleep(LOOK_SECONDS)
    watch.look()
    over.set()
    ends = await asyncio.gather(*stays, return_exceptions=True)
    failed = [repr(each) for each in ends if isinstance(each, Exception)]
    shown = [exception for person in people for exception in person.exceptions]
    print("  failed sessions:", failed[:3] or 0, " exceptions on pages:", shown[:3] or 0)
    told(people)


async def arrive(people: list[Person]) -> None:
    """One after the other, a tenth of a second apart, as a class opens its laptops."""

    async def come(person: Person, after: float) -> None:
        await asyncio.sleep(after)
        await person.open()

    await asyncio.gather(*(come(person, 0.1 * i) for i, person in enumerate(people)))


def told(people: list[Person]) -> None:
    polls, presses = [v for p in people for v in p.polls], [p.pressed for p in people]
    print(f"  first visit: median {quantile([p.first for p in people], 0.5):.2f} s", end="")
    print(f"; p95 {quantile([p.first for p in people], 0.95):.2f} s; {len(polls)} polls", flush=True)
    verdict("poll, p95", 1000 * quantile(polls, 0.95), 200, at_least=False, unit=" ms")
    verdict("press, p95", 1000 * quantile(presses, 0.95), 300, at_least=False, unit=" ms")


def said(what: str, *, met: bool) -> None:
    print(f"{'met    ' if met else 'NOT MET'}  {what}", flush=True)


def seen_of(people: list[Person], watch: Watch) -> list[Seen]:
    return [watch.runs.get(person.run_id, Seen()) for person in people]


def is_known(*times: float) -> bool:
    return all(each == each for each in times)


async def perceptrons(server: LabServer, n: int, limit: float) -> None:
    people, watch = [Person(server.url, "Perceptron") for _ in range(n)], Watch(server.home)
    await arrive(people)
    await hall(server, people, people, watch, lambda: len(watch.runs) == n and all(
        is_known(s.done) for s in watch.runs.values()), limit)  # fmt: skip
    begin = min(person.pressed_at for person in people)
    ends = [seen.done - begin for seen in seen_of(people, watch) if is_known(seen.done)]
    print(f"  done: {len(ends)} of {n}; from the first press, median {statistics.median(ends or [0]):.1f} s")
    if len(ends) < n:
        said(f"all {n} perceptrons done within {limit:.0f} s", met=False)
        return
    verdict(f"all {n} perceptrons done", max(ends), 60, at_least=False, unit=" s")
    verdict("the last one against the median", max(ends) / statistics.median(ends), 2, at_least=False)


async def long(server: LabServer, n: int, limit: float) -> None:
    owner = Person(server.url, "CNN", f"n_epochs={LONG_EPOCHS}")
    others, watch = [Person(server.url, "Perceptron") for _ in range(n - 1)], Watch(server.home)
    await arrive([owner, *others])
    await owner.press("Train")
    while not any(seen.epochs for seen in watch.runs.values()):
        watch.look()
        await asyncio.sleep(LOOK_SECONDS)
    over = asyncio.Event()
    staying = asyncio.create_task(owner.stay(over))
    cnn = watch.runs[owner.run_id]

    def done() -> bool:
        rest = [seen for run_id, seen in watch.runs.items() if run_id != owner.run_id]
        return len(rest) == n - 1 and all(is_known(seen.done) for seen in rest) and len(cnn.epochs) >= SAME_EPOCHS

    await hall(server, [owner, *others], others, watch, done, limit)
    over.set()
    await staying
    runs = [(person.pressed_at, seen) for person, seen in zip(others, seen_of(others, watch), strict=True)]
    began = [(seen.first_loss - pressed, pressed, seen) for pressed, seen in runs if is_known(seen.first_loss)]
    print(f"  first loss: {len(began)} of {n - 1} people; the CNN had {len(cnn.epochs)} epochs by then")
    if len(began) < n - 1:
        said(f"each of the {n - 1} has a first loss within {limit:.0f} s", met=False)
    if began:
        # Its turn by the number of people before it: those who began before, each for as long as the middle one took
        order = sorted(began, key=lambda each: each[0] + each[1])
        first = min(pressed for _, pressed, _ in began)
        each = (max(seen.first_loss for *_, seen in began) - first) / len(began)
        late = [wait + pressed - first - each * place for place, (wait, pressed, _) in enumerate(order)]
        waits = [wait for wait, *_ in began]
        print(f"  one begins every {each:.2f} s; first loss: {statistics.median(waits):.1f} s, last {max(waits):.1f} s")
        verdict("latest behind its turn", max(late), 10, at_least=False, unit=" s")
    same_as_alone(server.home, owner.run_id, cnn)


def same_as_alone(home: Path, run_id: str, seen: Seen) -> None:
    """The long run's losses against those of the same run that nobody disturbed: bit for bit."""
    folder = home / "runs" / run_id
    events = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    # With the threads that its epochs had; of the one that was cut off nobody knows
    whole = [event for event in events if event["event"] == "epoch"][:SAME_EPOCHS]
    spec = json.loads((folder / "spec.json").read_text())
    spec |= {"n_epochs": SAME_EPOCHS, "threads_of_epochs": [event["n_threads"] for event in whole]}
    (home / "alone.json").write_text(json.dumps(spec))
    command = [sys.executable, "-m", "core.training", str(home / "alone.json"), "--runs", str(home / "alone")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=psutil.Process().environ() | {
        "CHALKNET_HOME": str(home)})  # fmt: skip
    alone = Watch(home)
    alone.store = home / "alone"
    alone.look()
    (losses,) = [each.losses for each in alone.runs.values()]
    n = min(len(losses), len(seen.losses), whole[-1]["step"])
    same = seen.losses[:n] == losses[:n]
    said(f"the CNN loses nothing: {n} losses are those of a run alone, bit for bit", met=same)


async def cnns(server: LabServer, n: int, limit: float) -> None:
    people, watch = [Person(server.url, "CNN") for _ in range(n)], Watch(server.home)
    await arrive(people)

    def done() -> bool:
        firsts = sum(len(seen.epochs) >= 1 for seen in watch.runs.values())
        return firsts == n or any(len(seen.epochs) >= 3 for seen in watch.runs.values())

    await hall(server, people, people, watch, done, limit)
    begin = min(person.pressed_at for person in people)
    firsts = [seen.epochs[0] - begin for seen in watch.runs.values() if seen.epochs]
    third = any(len(seen.epochs) >= 3 for seen in watch.runs.values())
    print(f"  {len(firsts)} of {n} had a first epoch, the last after {max(firsts):.0f} s; a third one: {third}")
    said("everybody has a first epoch before anybody has a third", met=len(firsts) == n and not third)


async def memory(server: LabServer, n: int, limit: float) -> None:
    async def wave() -> None:
        people = [Person(server.url, ("Perceptron", "CNN", "Optimizers")[i % 3]) for i in range(n)]
        await arrive(people)
        await asyncio.gather(*(person.close() for person in people))

    def rss() -> float:
        return psutil.Process(server.process.pid).memory_info().rss / 1e6

    await wave()
    await asyncio.sleep(5)
    before = rss()
    for _ in range(10):
        await wave()
    at_once = rss()
    await asyncio.sleep(150)  # Streamlit keeps a session that lost its connection for two minutes
    after = rss()
    print(f"  the app: {before:.0f} MB after {n} sessions; {at_once:.0f} MB after {11 * n}, {after:.0f} MB later on")
    verdict(f"memory after {10 * n} sessions came and went, against before", after / before, 1.15, at_least=False)


def seconds_of(processes: list[psutil.Process]) -> float:
    """Of all cores that these have used."""
    times = [process.cpu_times() for process in processes if process.is_running()]
    return sum(each.user + each.system for each in times)


def machine_seconds() -> float:
    """Of all cores that the whole machine has used."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def student(server: LabServer, n: int, limit: float) -> None:
    """One thing after the other, each divided by how often it was done."""
    app, *engine = server.family()
    before, people = app.memory_info().rss, [Person(server.url, "Perceptron") for _ in range(n)]
    begin = seconds_of([app])
    for person in people:
        await person.open()
    print(f"  a visit: {(seconds_of([app]) - begin) / n:.3f} processor seconds of the app")
    print(f"  a session: {(app.memory_info().rss - before) / n / 1e6:.2f} MB of the app")
    for page in ("Perceptron", "CNN"):
        person, watch = Person(server.url, page), Watch(server.home)
        await person.open()
        app_before, engine_before = seconds_of([app]), seconds_of(engine)
        await person.press("Train")
        at_press = seconds_of([app])
        stays = asyncio.create_task(person.stay(asyncio.Event()))
        while not all(is_known(seen.done) for seen in seen_of([person], watch)):
            watch.look()
            await asyncio.sleep(LOOK_SECONDS)
        polls = max(1, len(person.polls))
        told = seconds_of([app]) - at_press
        stays.cancel()
        folder = server.home / "runs" / person.run_id
        print(f"  {page}: {seconds_of(engine) - engine_before:.2f} processor seconds of the engine, the press "
              f"{at_press - app_before:.3f} of the app, {len(person.polls)} polls {told / polls:.3f} each; "
              f"{size_of(folder) / 1e6:.1f} MB of disk", flush=True)  # fmt: skip
    for person in people:
        await person.close()


PARTS = {"perceptrons": perceptrons, "long": long, "cnns": cnns, "memory": memory, "student": student}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--limit", type=float, default=300, help="seconds of a part")
    chosen = parser.parse_args()
    for name in chosen.only:
        print(f"{name}, {chosen.people} people", flush=True)
        with tempfile.TemporaryDirectory(prefix="chalknet-hall-", ignore_cleanup_errors=True) as folder:
            server = LabServer(Path(folder) / "home", CHALKNET_HALL="1")
            try:
                asyncio.run(ready(server))
                lab, begin = [*server.family(), psutil.Process()], time.perf_counter()
                busy, ours = machine_seconds(), seconds_of(lab)
                asyncio.run(PARTS[name](server, chosen.people, chosen.limit))
                cores = (time.perf_counter() - begin) * (psutil.cpu_count() or 1)
                lab_share = (seconds_of(lab) - ours) / cores
                others = (machine_seconds() - busy) / cores - lab_share
                print(f"  of the machine the lab used {lab_share:.0%}, everything else {others:.0%}", flush=True)
            finally:
                server.stop()


async def ready(server: LabServer) -> None:
    """One person trains once: then the engine is warm, the pictures are drawn and the machine is measured."""
    person, watch = Person(server.url, "Perceptron"), Watch(server.home)
    await person.open()
    await person.press("Train")
    measured = server.home / "calibration.json"
    while not (measured.exists() and any(is_known(seen.done) for seen in watch.runs.values())):
        watch.look()
        await asyncio.sleep(LOOK_SECONDS)
    await person.close()
    for folder in (server.home / "runs").glob("[a-z2-7]*"):
        folder.rename(server.home / f"warm-{folder.name}")


if __name__ == "__main__":
    main()
