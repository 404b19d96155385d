"""Two hosts and a lab with one queue, and one host is cut off in mid-run: its run goes on at the other.

    sudo .venv/bin/python tests/drills/two_hosts.py [--people 8] [--keep-log FOLDER]

Three network namespaces stand for three machines on a cable of their own, with host names of their own: the lab with
the scheduler, and two hosts with a worker each. All speak TLS, as the README shows it, and share a folder. Needs Linux,
root and iproute2; nothing of it reaches the real network. Takes some three minutes.

What it holds: the class's runs are trained by the two hosts; when the cable is pulled of the host that trains the long
run, that run goes on at the other from its last whole epoch; each epoch is there once; the losses are those of the same
run that nobody disturbed, bit for bit.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

PREFIX = f"chalk{os.getpid() % 10_000}"
LAB, HOSTS = "lab", ("a", "b")
ADDRESSES = {LAB: "10.77.0.1", "a": "10.77.0.2", "b": "10.77.0.3"}
SCHEDULER = f"tls://{ADDRESSES[LAB]}:8786"
PATIENCE = 600.0
N_EPOCHS = 12  # of the long run: a minute on one idle core


def command(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def inside(name: str) -> list[str]:
    """What runs the rest of a command on one of the machines."""
    change = 'hostname "$0" && exec "$@"'
    return ["ip", "netns", "exec", f"{PREFIX}-{name}", "unshare", "--uts", "sh", "-c", change, f"host-{name}"]


@contextlib.contextmanager
def machines() -> Iterator[None]:
    """Three machines on one cable."""
    names = (LAB, *HOSTS)
    try:
        for name in names:
            command("ip", "netns", "add", f"{PREFIX}-{name}")
            command("ip", "-n", f"{PREFIX}-{name}", "link", "set", "lo", "up")
        in_lab = ("ip", "-n", f"{PREFIX}-{LAB}")
        command(*in_lab, "link", "add", "cable", "type", "bridge")
        command(*in_lab, "addr", "add", f"{ADDRESSES[LAB]}/24", "dev", "cable")
        command(*in_lab, "link", "set", "cable", "up")
        for name in HOSTS:
            there = ("ip", "-n", f"{PREFIX}-{name}")
            command(*in_lab, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "cable",
                    "netns", f"{PREFIX}-{name}")  # fmt: skip
            command(*in_lab, "link", "set", f"to-{name}", "master", "cable", "up")
            command(*there, "addr", "add", f"{ADDRESSES[name]}/24", "dev", "cable")
            command(*there, "link", "set", "cable", "up")
        yield
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", f"{PREFIX}-{name}"], check=False, capture_output=True)


def certificates(folder: Path) -> None:
    """What the README says: a certificate, and Dask's settings."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (make,) = re.findall(r"```sh\n(openssl req .*?)```", readme, re.DOTALL)
    (settings,) = re.findall(r"```yaml\n(distributed:\n.*?)```", readme, re.DOTALL)
    folder.mkdir()
    subprocess.run(["bash", "-ec", make], cwd=folder, check=True, capture_output=True)
    (folder / "dask.yaml").write_text(settings.replace("/etc/chalknet", str(folder)))


@contextlib.contextmanager
def started(name: str, words: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process on one of the machines; it and what it has started end with the block."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*inside(name), sys.executable, *words], cwd=log.parent, env=os.environ | environment, stdout=file,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=8, help="who train a perceptron besides")
    parser.add_argument("--keep-log", type=Path, help="where to put the logs of all processes")
    parser.add_argument("--lab", action="store_true", help=argparse.SUPPRESS)  # called by this script itself
    parsed = parser.parse_args()
    if parsed.lab:
        return lab(parsed.people)
    if os.geteuid() or not shutil.which("ip"):
        print("This needs root and iproute2: it makes network namespaces.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="chalknet-two-hosts-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        certificates(home / "tls")
        environment = {"DASK_CONFIG": str(home / "tls"), "CHALKNET_HOME": str(home / "shared"), "PYTHONPATH": ""}
        (home / "shared").mkdir()
        with machines(), contextlib.ExitStack() as stack:
            dask = ["-m", "dask"]
            scheduler = [*dask, "scheduler", "--protocol", "tls", "--host", ADDRESSES[LAB], "--no-dashboard"]
            stack.enter_context(started(LAB, scheduler, environment, home / "scheduler.log"))
            for name in HOSTS:
                worker = [*dask, "worker", SCHEDULER, "--host", ADDRESSES[name], "--nthreads", "1", "--no-dashboard",
                          "--local-directory", str(home / f"scratch-{name}")]  # fmt: skip
                stack.enter_context(started(name, worker, environment, home / f"host-{name}.log"))
            words = [__file__, "--lab", "--people", str(parsed.people)]
            process = subprocess.Popen(
                [*inside(LAB), sys.executable, *words], env=os.environ | environment | {"PYTHONPATH": str(ROOT)}
            )
            try:
                return process.wait(4 * PATIENCE)
            finally:
                if process.poll() is None:
                    process.kill()
                if parsed.keep_log:
                    parsed.keep_log.mkdir(parents=True, exist_ok=True)
                    for log in home.glob("*.log"):
                        shutil.copy(log, parsed.keep_log)


def lab(n_people: int) -> int:
    """What happens on the lab's machine; returns the exit status."""
    from core import runs
    from core.engine import Engine
    from core.lab.files import read_json
    from core.specs import CNNSpec, DataSpec, RunSpec

    engine = Engine(SCHEDULER)
    wait(lambda: engine.info().is_warm and engine.info().n_workers == 2, "both workers are there")
    check(engine.info().kind == "cluster", f"the lab's engine: {engine.info().sentence}")

    data = DataSpec(n_train=2_000, n_test=500)
    spec = RunSpec(data=data, model=CNNSpec(), n_epochs=N_EPOCHS, n_threads=1)
    long = runs.create(spec, page="cnn", owner="ann")
    engine.submit(long, "ann")
    wait(lambda: long.history().step, "the long run trains")
    short = RunSpec(data=data, n_epochs=20, n_threads=1)
    people = [(f"person {i}", runs.create(short, page="perceptron", owner=f"person {i}")) for i in range(n_people)]
    for owner, run in people:
        engine.submit(run, owner)
    wait(lambda: all(run.status.name == "done" for _, run in people), "the class is done")

    def host(run: runs.Run) -> str:
        return str((read_json(run.folder / "status.json").get("process") or {}).get("host"))

    wait(lambda: long.status.name == "running", "the long run has its turn")
    where = Counter(host(run) for _, run in people)
    print(f"the class of {n_people} was trained by {dict(where)}; the long run trains on {host(long)}", flush=True)
    check(sum(where.values()) == n_people and set(where) <= {"host-a", "host-b"}, "all were trained by the two hosts")

    wait(lambda: len(long.history().epochs) >= 2, "the long run has an epoch to go on from")
    first = host(long).removeprefix("host-")
    n_before = len(long.history().epochs)
    command("ip", "link", "set", f"to-{first}", "down")
    cut = time.monotonic()
    print(f"cut off host-{first} after epoch {n_before}", flush=True)
    other = ({"a", "b"} - {first}).pop()
    wait(lambda: host(long) == f"host-{other}" and long.status.name == "running", f"it goes on at host-{other}")
    print(f"goes on at host-{other} after {time.monotonic() - cut:.0f} s", flush=True)
    wait(lambda: long.status.is_finished and not long.is_being_written, "the long run is over")
    history = long.history()
    check(long.status.name == "done", f"it is done: {long.status.sentence}")
    check([epoch["epoch"] for epoch in history.epochs] == list(range(1, N_EPOCHS + 1)), "each epoch is there once")

    from core.engine.worker import execute

    alone = runs.create(spec, page="cnn", owner="ann")
    execute(str(alone.folder))
    check(list(alone.history().losses) == list(history.losses), f"{len(history.losses)} losses, bit for bit")
    engine.close()
    return 0


def wait(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"NOT MET  not within {PATIENCE:.0f} s: {what}")
        time.sleep(0.1)


def check(holds: bool, what: str) -> None:
    if not holds:
        raise SystemExit(f"NOT MET  {what}")
    print(f"met      {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
