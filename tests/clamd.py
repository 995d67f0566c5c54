"""A real clamd that knows one thing: EICAR, by a signature written here. It asks nobody for newer ones."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.papers import EICAR

CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
CONF = """
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.ctl
TCPAddr 127.0.0.1
TCPSocket {port}
StreamMaxLength 30M
Foreground yes
"""


class Clamd:
    """`start`, `stop`, and the two addresses under which it answers meanwhile."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="clamd-", dir="/tmp"))  # a socket's path must be short
        self.process = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.unix, self.tcp = f"unix://{self.folder}/clamd.ctl", f"tcp://127.0.0.1:{port}"
        (self.folder / "signatures").mkdir()
        (self.folder / "signatures" / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
        (self.folder / "clamd.conf").write_text(CONF.format(folder=self.folder, port=port))

    def start(self):
        command = [CLAMD, "--config-file", str(self.folder / "clamd.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            if self.answers():
                return self
            assert self.process.poll() is None, "clamd did not start"
            time.sleep(0.05)
        raise AssertionError("clamd does not answer")

    def answers(self):
        """Whether the one at the socket in our own folder is up."""
        with socket.socket(socket.AF_UNIX) as asked:
            try:
                asked.connect(self.unix.removeprefix("unix://"))
                asked.sendall(b"zPING\0")
                return asked.recv(10) == b"PONG\0"
            except OSError:
                return False

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def away(self):
        self.stop()
        shutil.rmtree(self.folder)
