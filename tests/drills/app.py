"""The app of a drill, without its pages: an engine, and runs that are handed to it as a page does.

Reads a command a line from standard input, as JSON, and answers each with a line; ends when that input does.
"""

import json
import os
import sys
import threading

from kinds import KINDS, SEARCH, search

from core import runs
from core.crossval import grid_search
from core.engine import Engine
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.runs import experiments

OWNER = "ann"


def begin(engine: Engine, kind: str) -> list[str]:
    """Make it and hand it in; returns the ids of what was made."""
    if kind == SEARCH:
        made = grid_search.create(search(), OWNER)

        def work() -> None:
            try:
                grid_search.run(Job("grid", OWNER, "Grid search"), made, engine.scheduler)
            except ChalknetError as error:
                print(f"the search ended: {error}", file=sys.stderr)

        threading.Thread(target=work, daemon=True).start()
        return [made.id]
    page, experiment, members = KINDS[kind]
    if not experiment:
        ((_, spec),) = members()
        run = runs.create(spec, page=page, owner=OWNER)
        engine.submit(run, OWNER)
        return [run.id]
    group = experiments.create(experiment, members(), settings={}, page=page, owner=OWNER).runs
    engine.submit_group(group, OWNER)
    return [run.id for run in group]


def resume(engine: Engine, ids: list[str]) -> None:
    """As the pages' Resume: a single run, or what is missing of a group."""
    missing = [run for run in map(runs.open_run, ids) if run.status.name == "interrupted"]
    if len(ids) == 1:
        for run in missing:
            engine.resume(run, OWNER)
        return
    for run in missing:
        runs.adopt(run)
    engine.submit_group(missing, OWNER)


def main() -> None:
    engine = Engine("local")
    for line in sys.stdin:
        told = json.loads(line)
        answer: object = None
        if told["do"] == "begin":
            answer = begin(engine, told["kind"])
        elif told["do"] == "resume":
            resume(engine, told["ids"])
        elif told["do"] == "failures":
            answer = [engine.failure(run_id) for run_id in told["ids"]]
        elif told["do"] == "info":
            info = engine.info()
            answer = [info.kind, info.is_warm]
        print(json.dumps(answer), flush=True)
    engine.close()
    os._exit(0)


if __name__ == "__main__":
    main()
