"""The few things that a batch asks of Dask distributed, which is imported here and nowhere else."""

import logging
import re
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from evalbook.errors import EvalbookError, Fault, InputError

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT = 6.0
"""Seconds for a scheduler to answer."""
PAUSE = 1.0
"""Seconds between two looks at who is there."""
_ADDRESS = re.compile(r"(tcp|tls)://([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", re.ASCII)


class ClusterError(EvalbookError):
    """There is no cluster to work with as things are."""

    exit_code = 2


class ClusterLost(ClusterError):
    """The cluster went away in the middle; what is done stays done."""

    exit_code = 3


class Gone(ClusterLost):
    """The connection broke at this moment."""


class Dask:
    """A connection to a scheduler; raises ClusterError when there is none to be had."""

    def __init__(self, address: str) -> None:
        if not _ADDRESS.fullmatch(address):
            example = "写法如 tcp://scheduler:8786"
            raise InputError([Fault("--cluster", f"“{address}”不是调度器的地址", example)])
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise ClusterError(
                "--cluster 需要 Dask distributed。请运行 "
                'python -m pip install "evalbook[cluster]"，'
                "再运行同一条命令；不写 --cluster 则在本机运行，不需要它。"
            ) from None
        _be_quiet()
        self.address = address
        self._woken: SimpleQueue[None] = SimpleQueue()
        self._seen: dict[str, Mapping[str, Any]] = {}
        self._looked = 0.0
        client = self._client()
        if client is None:
            raise ClusterError(
                f"连不上调度器 {address}。请确认地址、网络和防火墙，"
                "并在那台机器上启动 dask scheduler。"
            )
        self.client = client

    def _client(self) -> "Client | None":
        from distributed import Client

        try:
            return Client(self.address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError, ImportError):
            return None

    @property
    def is_there(self) -> bool:
        return bool(self.client.status == "running")

    def reconnect(self) -> bool:
        """Whether a new connection was made, trying for a moment."""
        began = time.monotonic()
        self.close()
        client = self._client()
        if client is None:
            time.sleep(max(0.0, PAUSE - (time.monotonic() - began)))
            return False
        self.client, self._looked, self._seen = client, 0.0, {}
        return True

    def workers(self) -> Mapping[str, Mapping[str, Any]]:
        """The workers by address; as they were a moment ago when the scheduler does not answer."""
        scheduler = self.client.scheduler
        if scheduler and time.monotonic() - self._looked >= PAUSE:
            with suppress(OSError, RuntimeError, TimeoutError, KeyError):
                found = self.client.sync(scheduler.identity, n_workers=-1, callback_timeout=CONNECT)
                self._seen = found["workers"]
            self._looked = time.monotonic()
        return self._seen

    def submit(
        self, function: Callable[..., dict[str, Any]], address: str, *arguments: object
    ) -> "Future[dict[str, Any]]":
        """Have this worker, and no other, call a function that it imports by name."""
        try:
            future = self.client.submit(
                function, *arguments, key=f"evalbook-{uuid.uuid4().hex}", workers=[address],
                allow_other_workers=False, pure=False, retries=0,
            )  # fmt: skip
        except Exception as error:  # Dask has several for it
            raise Gone(f"与调度器 {self.address} 的连接断了。") from error
        future.add_done_callback(lambda _: self._woken.put(None))
        return future

    def answer(self, future: "Future[dict[str, Any]]") -> tuple[dict[str, Any], str]:
        """What came back, or in a few words why nothing did."""
        try:
            answer = future.result(timeout=CONNECT)
        except Exception as error:  # whatever another machine raises
            return {}, f"{type(error).__name__}：{error}"[:300]
        finally:
            self.forget(future)
        return (answer, "") if isinstance(answer, dict) else ({}, "回答不对")

    def forget(self, future: "Future[dict[str, Any]]") -> None:
        with suppress(Exception):
            future.cancel()

    def wait(self, seconds: float) -> None:
        """Until something is done, or so long."""
        with suppress(Empty):
            self._woken.get(timeout=seconds)
            while True:
                self._woken.get_nowait()

    def close(self) -> None:
        with suppress(Exception):
            self.client.close(timeout=2)


def _be_quiet() -> None:
    """What matters is said by us."""
    warnings.filterwarnings("ignore", module=r"distributed")
    for name in ("distributed", "tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.split(".")[0] in {"distributed", "tornado", "asyncio"}:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
