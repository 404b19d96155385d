"""The local engine's own process: ``python -m core.engine`` starts a Dask cluster here and prints how to reach it.

A Dask scheduler runs whatever code a client hands it, and a port of this machine is open to all of its users. So
everything here speaks TLS, with certificates that are made anew at each start, live in memory, and go to the app over
the pipe that it reads: whoever has not got them gets nowhere. Nothing answers over HTTP.

It is a process of its own because Dask starts its workers by running the main module again, and Streamlit's is the
page script. It ends, and its workers with it, as soon as its standard input is closed: that happens by itself when the
process that started it is gone, however it went.
"""

import argparse
import os
import shutil
import sys
import tempfile

# A worker's environment has to be set before it starts.
# Dask's own choice, MALLOC_TRIM_THRESHOLD_=65536, hands every freed batch back to the system and costs a small network
# 40 % of its speed; these keep the memory. glibc takes no mmap threshold above 32 MB, and setting either of the two
# ends its own adjustment, so both are set. Threads are set for each run by core.training.
WORKER_ENVIRONMENT = {
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "OPENBLAS_NUM_THREADS": "1",
}


def main() -> None:
    """Start the cluster, print one line of JSON that says how to reach it, live until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m core.engine", description=__doc__)
    parser.add_argument("--workers", type=int, default=1, help="trainings at a time")
    parser.add_argument("--nice", type=int, default=0, help="stand back behind other processes by so much")
    chosen = parser.parse_args()
    n_workers = chosen.workers
    if chosen.nice and hasattr(os, "nice"):  # Windows has none
        os.nice(chosen.nice)

    import dask
    from distributed import LocalCluster
    from distributed.security import Security

    from core.engine.access import SchedulerAccess

    dask.config.set(
        {
            "distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT,
            "distributed.worker.profile.enabled": False,  # its sampling thread takes the interpreter from the loop
            "distributed.worker.daemon": True,
            "distributed.admin.tick.limit": "1m",  # a training thread that holds the interpreter is no alarm
            # A lab at rest leaves the machine at rest: Dask looks at its processes fifty times a second otherwise
            "distributed.admin.tick.interval": "1s",
            "distributed.admin.system-monitor.interval": "10s",
            "distributed.worker.memory.monitor-interval": "500ms",
            # What waits does so at the scheduler, where a run still gets before the fits of a search
            "distributed.scheduler.worker-saturation": 1.0,
            "distributed.scheduler.allowed-failures": 5,  # a run that kills its worker so often is given up
            # Dask's status pages would tell every user of this machine what runs here
            "distributed.scheduler.http.routes": [],
            "distributed.worker.http.routes": [],
            "distributed.scheduler.preload": ["core.engine.no_http"],
            "distributed.worker.preload": ["core.engine.no_http"],
        }
    )
    security = Security.temporary()
    scratch = tempfile.mkdtemp(prefix="chalknet-engine-")
    try:
        cluster = LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=security,
            # Dask opens a port for its status pages in any case: any free one, until no_http closes it
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            local_directory=scratch,
            silence_logs=30,
        )
        print(SchedulerAccess.of(cluster.scheduler_address, security).to_json(), flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        pass
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        # A worker in mid-training would hold up an orderly end. Its run is safe in its folder, and workers end by
        # themselves when this process, their parent, is gone.
        os._exit(0)


if __name__ == "__main__":
    main()
