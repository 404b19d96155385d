"""Where runs execute: Dask on this machine by default, a cluster by address, a thread of the app where neither works."""

from core.engine.engine import Engine, EngineInfo

__all__ = ["Engine", "EngineInfo"]
