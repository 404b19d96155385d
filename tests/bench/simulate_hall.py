"""How many cores a class needs: the queue with its turns, and the app's one process, simulated with SimPy.

    python tests/bench/simulate_hall.py [--people 40 200 400 4000] [--hold]

A student visits a page, presses Train, watches, thinks for a while and presses again, for a lesson of 45 minutes. Runs
take turns of some 15 seconds on as many cores as there are, and give way at an epoch's end; a person has one run that
trains. The app is one Python process, so that its visits, presses and polls stand in one line of their own. What a
thing costs is measured by ``bench_hall.py --only student``.

``--hold`` simulates the very scenes of ``bench_hall.py`` for forty people, to be held against what that measures.
"""

import argparse
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

import simpy
from hall_people import quantile

LESSON_SECONDS = 45 * 60
THINK_SECONDS = 90.0  # between the end of one run and the next press: they look, talk, move a slider
POLL_SECONDS = 1.5
WANTED_SECONDS = 10.0  # to the first loss, at p95
SEED = 0


@dataclass(frozen=True)
class Costs:
    """Processor seconds, as ``bench_hall.py --only student`` prints them, on one core.

    Attributes
    ----------
    visit, press, poll : float
        Of the app.
    start : float
        Of a worker, before a run's first batch and after its last: loading, judging, writing.
    turn : float
        Of a run's turn; it ends with the epoch in which this is reached, if others wait.
    """

    visit: float = 0.06
    press: float = 0.08
    poll: float = 0.012
    start: float = 0.15
    turn: float = 15.0


@dataclass(frozen=True)
class Kind:
    """A kind of run: how many epochs of how many processor seconds, and how often somebody wants it."""

    name: str
    n_epochs: int
    epoch_seconds: float
    weight: float


@dataclass
class Hall:
    """What happened.

    Attributes
    ----------
    first_losses, done, first_epochs : list of float
        Seconds from the press, per run.
    polls : list of float
        Seconds that a poll waited for the app and was answered in.
    """

    env: simpy.Environment
    cores: simpy.PriorityResource
    app: simpy.Resource
    costs: Costs
    first_losses: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)
    first_epochs: list[float] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    app_busy: float = 0.0
    cores_busy: float = 0.0


def make_hall(n_cores: int, costs: Costs) -> Hall:
    env = simpy.Environment()
    return Hall(env, simpy.PriorityResource(env, n_cores), simpy.Resource(env, 1), costs)


def ask_app(hall: Hall, seconds: float) -> Iterator[simpy.Event]:
    """One thing after the other: the app is one process, and Python runs one thread at a time."""
    with hall.app.request() as mine:
        yield mine
        hall.app_busy += seconds
        yield hall.env.timeout(seconds)


def train(hall: Hall, kind: Kind) -> Iterator[simpy.Event]:
    """Turn after turn: first come, first served within the queue, to whose end a run goes after each."""
    pressed, left, first = hall.env.now, kind.n_epochs, True
    while left:
        with hall.cores.request() as mine:
            yield mine
            begin = hall.env.now
            yield hall.env.timeout(hall.costs.start / 2)
            if first:
                hall.first_losses.append(hall.env.now - pressed)
            while left and (hall.env.now - begin < hall.costs.turn or not hall.cores.queue):
                yield hall.env.timeout(kind.epoch_seconds)
                left -= 1
                if first:
                    hall.first_epochs.append(hall.env.now - pressed)
                    first = False
            yield hall.env.timeout(hall.costs.start / 2)
            hall.cores_busy += hall.env.now - begin
    hall.done.append(hall.env.now - pressed)


def watch(hall: Hall, run: simpy.Process) -> Iterator[simpy.Event]:
    """Polls until the run is over; where a poll costs nothing, just waits."""
    if not hall.costs.poll:
        yield run
    while run.is_alive:
        yield hall.env.timeout(POLL_SECONDS)
        asked = hall.env.now
        yield from ask_app(hall, hall.costs.poll)
        hall.polls.append(hall.env.now - asked)


def press(hall: Hall, kind: Kind) -> Iterator[simpy.Event]:
    yield from ask_app(hall, hall.costs.press)
    run = hall.env.process(train(hall, kind))
    yield from watch(hall, run)


def student(hall: Hall, kinds: list[Kind], chance: random.Random) -> Iterator[simpy.Event]:
    """A lesson of one person."""
    yield hall.env.timeout(chance.uniform(0, THINK_SECONDS))
    yield from ask_app(hall, hall.costs.visit)
    while hall.env.now < LESSON_SECONDS:
        (kind,) = chance.choices(kinds, [kind.weight for kind in kinds])
        yield from press(hall, kind)
        yield hall.env.timeout(chance.expovariate(1 / THINK_SECONDS))


def lesson(n_people: int, n_cores: int, costs: Costs, kinds: list[Kind]) -> Hall:
    hall, chance = make_hall(n_cores, costs), random.Random(SEED)
    for _ in range(n_people):
        hall.env.process(student(hall, kinds, chance))
    hall.env.run(until=LESSON_SECONDS)
    return hall


def cores_needed(n_people: int, costs: Costs, kinds: list[Kind]) -> tuple[int, Hall]:
    """The fewest cores with which a first loss comes in time; the app takes as much as it likes."""
    free_app = Costs(visit=0, press=0, poll=0, start=costs.start, turn=costs.turn)

    def is_enough(n_cores: int) -> bool:
        return quantile(lesson(n_people, n_cores, free_app, kinds).first_losses, 0.95) <= WANTED_SECONDS

    low, high = 0, 1
    while not is_enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high, lesson(n_people, high, costs, kinds)


def hold(costs: Costs, mlp: Kind, cnn: Kind, n: int, n_cores: int) -> None:
    """The scenes of bench_hall.py."""
    hall = make_hall(n_cores, costs)
    for _ in range(n):
        hall.env.process(press(hall, mlp))
    hall.env.run(until=3600)
    print(f"perceptrons: all {n} done after {max(hall.done):.1f} s, median {statistics.median(hall.done):.1f} s")

    hall = make_hall(n_cores, costs)
    long = Kind("long", 50, cnn.epoch_seconds, 0)
    hall.env.process(press(hall, long))
    hall.env.run(until=cnn.epoch_seconds)
    hall.first_losses.clear()
    for _ in range(n - 1):
        hall.env.process(press(hall, mlp))
    hall.env.run(until=3600)
    print(f"long: first losses after {statistics.median(hall.first_losses):.1f} s at the median, the last after "
          f"{max(hall.first_losses):.1f} s")  # fmt: skip

    hall = make_hall(n_cores, costs)
    for _ in range(n):
        hall.env.process(press(hall, cnn))
    hall.env.run(until=7200)
    print(f"cnns: the last first epoch after {max(hall.first_epochs):.0f} s, all done after {max(hall.done):.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[40, 200, 400, 4000], help="at once")
    parser.add_argument("--cores", type=int, default=2, help="of the machine that --hold simulates")
    parser.add_argument("--mlp", type=float, default=0.8, help="processor seconds of the perceptron's 4 epochs")
    parser.add_argument("--cnn", type=float, default=50.0, help="of the CNN's 4 epochs")
    parser.add_argument("--visit", type=float, default=Costs.visit, help="of a visit, in the app")
    parser.add_argument("--press", type=float, default=Costs.press)
    parser.add_argument("--poll", type=float, default=Costs.poll)
    parser.add_argument("--hold", action="store_true")
    chosen = parser.parse_args()
    costs = Costs(visit=chosen.visit, press=chosen.press, poll=chosen.poll)
    # Of four runs three are perceptrons: most of a lesson is sliders, and a CNN is looked at for longer
    mlp, cnn = Kind("perceptron", 4, chosen.mlp / 4, 3), Kind("CNN", 4, chosen.cnn / 4, 1)
    if chosen.hold:
        hold(costs, mlp, cnn, 40, chosen.cores)
        return
    for n in chosen.people:
        n_cores, hall = cores_needed(n, costs, [mlp, cnn])
        cores_busy, app_busy = hall.cores_busy / LESSON_SECONDS / n_cores, hall.app_busy / LESSON_SECONDS
        print(
            f"{n:,} people at once: {n_cores} cores for a first loss within {WANTED_SECONDS:.0f} s at p95, "
            f"{cores_busy:.0%} busy; {len(hall.done) / n:.1f} runs per person; the app's process {app_busy:.0%} busy, "
            f"a poll {quantile(hall.polls, 0.95):.2f} s at p95",
            flush=True,
        )


if __name__ == "__main__":
    main()
