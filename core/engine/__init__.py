"""Where runs execute: Dask on this machine, a cluster by address, or a thread of the app where neither works."""

from core.engine.engine import Engine, EngineInfo

__all__ = ["Engine", "EngineInfo"]
