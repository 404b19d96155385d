"""The ports of the local engine: whoever has not got its throw-away certificates runs no code and reads nothing."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from distributed import Client
from distributed.comm import connect
from distributed.security import Security

from core.engine.access import EngineStartError, SchedulerAccess

pytestmark = pytest.mark.usefixtures("module_home")
SECONDS = 10  # until a door that stays shut counts as shut


@pytest.fixture
def ports(clusters, family):
    """Where the engine's processes listen: its scheduler, the nanny, the worker."""

    def find():
        (cluster,) = clusters()
        found = [
            connection.laddr.port
            for process in family(cluster)
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        ]
        return sorted(found)

    return find


def asked_who_it_is(address, security):
    """What a server of Dask says of itself, or the error."""

    async def ask():
        comm = await connect(address, timeout=SECONDS, **security.get_connection_args("client"))
        try:
            await comm.write({"op": "identity", "reply": True})
            return await asyncio.wait_for(comm.read(), SECONDS)
        finally:
            comm.abort()

    with ThreadPoolExecutor(1) as alone:  # a browser test before it in this process leaves its event loop running
        return alone.submit(asyncio.run, ask()).result()


def own(engine):
    access = engine.scheduler
    return Security(
        require_encryption=True,
        tls_ca_file=access.certificate,
        tls_client_cert=access.certificate,
        tls_client_key=access.key,
    )


@pytest.mark.parametrize("scheme", ["tcp", "tls"])
def test_a_plain_client_in_another_process_runs_no_code(engine, break_in, scheme):
    broken_in, said = break_in(engine.scheduler.address.replace("tls://", f"{scheme}://"))
    assert not broken_in
    assert "Error" in said


def test_other_throw_away_certificates_open_nothing(engine):
    with pytest.raises((OSError, TimeoutError)):
        Client(engine.scheduler.address, security=Security.temporary(), set_as_default=False, timeout=SECONDS)
    others = SchedulerAccess.of(engine.scheduler.address, Security.temporary())
    with pytest.raises(EngineStartError, match="does not take this lab's certificate"):
        others.client("test")


def test_scheduler_nanny_and_worker_answer_to_their_certificates_alone(engine, ports):
    found = ports()
    assert len(found) == 3  # and no fourth one: Dask's status pages are closed
    for port in found:
        told = asked_who_it_is(f"tls://127.0.0.1:{port}", own(engine))
        assert told["type"] in ("Scheduler", "Nanny", "Worker")
        for address, security in (
            (f"tcp://127.0.0.1:{port}", Security()),
            (f"tls://127.0.0.1:{port}", Security.temporary()),
        ):
            with pytest.raises((OSError, TimeoutError)):
                asked_who_it_is(address, security)


def test_nothing_answers_over_http(engine, ports):
    for port in ports():
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as door:
            door.sendall(b"GET /sitemap.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            try:
                answer = door.recv(1000)
            except ConnectionError:
                answer = b""
            assert b"HTTP" not in answer


def test_the_key_stands_on_no_command_line_in_no_environment_and_in_no_file(engine, clusters, family, module_home):
    key = engine.scheduler.key
    part = key.splitlines()[1]
    assert part not in repr(engine.scheduler)
    (cluster,) = clusters()
    processes = [psutil.Process(), *family(cluster)]
    assert len(processes) >= 4
    for process in processes:
        assert part not in "\n".join(process.cmdline())
        assert part not in "\n".join(process.environ().values())
    for path in module_home.rglob("*"):
        assert not path.is_file() or part.encode() not in path.read_bytes(), path


def test_an_access_goes_over_a_pipe_and_nothing_else_is_one():
    access = SchedulerAccess("tls://127.0.0.1:1", "certificate\n", "key\n")
    assert "\n" not in access.to_json()
    assert SchedulerAccess.from_json(access.to_json()) == access
    for line in ("", "{}", "[]", "null", '{"address": 1}', "tcp://127.0.0.1:1"):
        with pytest.raises(ValueError, match=r"^(no scheduler|Expecting)"):
            SchedulerAccess.from_json(line)
