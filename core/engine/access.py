"""How to reach a Dask scheduler: its address, and for the lab's own the certificates without which it is deaf."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.lab.errors import ChalknetError

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

CONNECT_SECONDS = 10  # a scheduler that has not answered by then will not


class EngineStartError(ChalknetError):
    """No cluster could be started or reached."""


@dataclass(frozen=True)
class SchedulerAccess:
    """A scheduler's address, and what opens it.

    Attributes
    ----------
    address : str
        Such as ``"tls://127.0.0.1:8786"``.
    certificate, key : str or None
        PEM text of the lab's own throw-away certificate, which signs itself, and of its key. They are handed on over
        pipes only: a command line or an environment can be read by others, and a file outlives its use. None for a
        cluster by address, whose files stand in Dask's own configuration.
    """

    address: str
    certificate: str | None = None
    key: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, address: str, temporary: "Security") -> "SchedulerAccess":
        """For a cluster that was started with ``Security.temporary()``."""
        tls = temporary.get_tls_config_for_role("client")
        return cls(address, tls["cert"], tls["key"])

    @classmethod
    def from_json(cls, line: str) -> "SchedulerAccess":
        """What ``to_json`` has written.

        Raises
        ------
        ValueError
            If it is something else.
        """
        told = json.loads(line)
        try:
            return cls(str(told["address"]), told["certificate"], told["key"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"no scheduler stands in {line[:80]!r}") from error

    def to_json(self) -> str:
        """One line, for a pipe."""
        return json.dumps({"address": self.address, "certificate": self.certificate, "key": self.key})

    def client(self, name: str) -> "Client":
        """Connect.

        Raises
        ------
        EngineStartError
            If no scheduler answers there, or it does not take these certificates.
        """
        # Imported here: half a second and 40 MB that Home's first picture need not wait for
        import dask
        from distributed import Client

        dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s"})
        try:
            security = self._security()
            return Client(self.address, security=security, set_as_default=False, timeout=CONNECT_SECONDS, name=name)
        except (OSError, ValueError, TypeError, RuntimeError, TimeoutError) as error:
            raise EngineStartError(self._sentence()) from error

    def _security(self) -> "Security":
        from distributed.security import Security

        if self.certificate is None:
            return Security()  # the files that Dask's own configuration names
        return Security(
            require_encryption=True,
            tls_ca_file=self.certificate,
            tls_client_cert=self.certificate,
            tls_client_key=self.key,
        )

    def _sentence(self) -> str:
        if self.address.startswith("tls:"):
            return (
                f"No Dask scheduler answers at {self.address}, or it does not take this lab's certificate. Start it, "
                "or correct the address and the TLS files."
            )
        return f"No Dask scheduler answers at {self.address}. Start it, or correct the address."
