"""A Node process that runs one function's invocations, one at a time, under AWS's runtime client."""
from __future__ import annotations

import json
import os
import select
import signal
import struct
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Worker:
    """An execution environment. Frames of JSON go both ways through pipes, see bootstrap.cjs."""

    def __init__(self, task: Path, handler: str, environment: dict[str, str]) -> None:
        to_read, self._to_node = os.pipe()
        self._from_node, to_write = os.pipe()
        os.set_blocking(self._to_node, False)
        try:
            self._process = subprocess.Popen(
                [os.environ.get("SANDBOX_NODE", "node"), str(HERE / "bootstrap.cjs"), str(to_read), str(to_write), handler],
                cwd=task, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                # A group of its own: should the sandbox be killed, the kernel hangs up the stopped ones among
                # its workers (an orphaned group), and the others find their pipe closed.
                pass_fds=(to_read, to_write), process_group=0)
        except OSError:
            os.close(self._to_node)
            os.close(self._from_node)
            raise
        finally:
            os.close(to_read)
            os.close(to_write)
        self._stdout = self._process.stdout.fileno()
        os.set_blocking(self._stdout, False)
        self._output = bytearray()
        self._received = bytearray()
        self._sending = b""
        self.alive = True

    def send(self, message: dict) -> None:
        """Is on its way with the next read()."""
        body = json.dumps(message).encode()
        self._sending = struct.pack(">I", len(body)) + body

    def read(self, deadline: float) -> dict | None:
        """The next frame; {"t": "exit"} when the process has ended; None when time is up."""
        while True:
            if frame := self._frame():
                self._drain()
                return frame
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            poll = select.poll()
            poll.register(self._from_node, select.POLLIN)
            poll.register(self._stdout, select.POLLIN)
            if self._sending:
                poll.register(self._to_node, select.POLLOUT)
            for fd, _ in poll.poll(left * 1000):
                if fd == self._to_node:
                    self._write()
                elif fd == self._stdout:
                    self._drain()
                elif chunk := os.read(fd, 1 << 20):
                    self._received += chunk
                else:
                    self._drain()
                    self.alive = False
                    return {"t": "exit", "status": self._process.wait()}

    def take_output(self) -> str:
        """What the process has printed since the last call."""
        text, self._output = self._output.decode("utf-8", "replace"), bytearray()
        return text

    def freeze(self) -> None:
        """As AWS does between invocations: timers and sockets stand still."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """From any thread; the one that reads sees the end and closes."""
        self._process.kill()

    def close(self) -> None:
        self.alive = False
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        os.close(self._to_node)
        os.close(self._from_node)

    # --- the pipes
    def _frame(self) -> dict | None:
        if len(self._received) < 4:
            return None
        length = struct.unpack(">I", self._received[:4])[0]
        if len(self._received) < 4 + length:
            return None
        frame = json.loads(self._received[4:4 + length])
        del self._received[:4 + length]
        return frame

    def _write(self) -> None:
        try:
            self._sending = self._sending[os.write(self._to_node, self._sending):]
        except BlockingIOError:
            pass
        except OSError:  # the process has ended, which the other pipe will tell
            self._sending = b""

    def _drain(self) -> None:
        try:
            while chunk := os.read(self._stdout, 65536):
                self._output += chunk
        except OSError:  # nothing to read at present
            pass
