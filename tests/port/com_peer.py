#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The other end of COM7 in Wine, a pseudo-terminal: com_peer.py PROGRAM runs a program with it; see test_com.c."""
import fcntl
import os
import select
import subprocess
import sys
import termios
import time


def link_com7(terminal):
    """Makes a pseudo-terminal COM7; WINEPREFIX must be set, and WINE to what runs a program."""
    link = os.path.join(os.environ["WINEPREFIX"], "dosdevices", "com7")
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(terminal, link)


def line_of(master):
    """How the line is set, seen from here."""
    _, _, cflag, lflag, _, speed, _ = termios.tcgetattr(master)
    baud = next(name[1:] for name in dir(termios)
                if name[0] == "B" and name[1:].isdigit() and getattr(termios, name) == speed)
    edits = lflag & (termios.ICANON | termios.ECHO | termios.ISIG)
    return f"{baud} {2 if cflag & termios.CSTOPB else 1} {'edits' if edits else 'raw'}\n".encode()


class Peer:
    """Reads letters and does what they stand for."""

    def __init__(self):
        self.master, self.slave = os.openpty()  # the slave stays open, or nothing could be read between two tests
        link_com7(os.ttyname(self.slave))

    def read(self, count):
        data = b""
        while len(data) < count:
            data += os.read(self.master, count - len(data))
        return data

    def serve(self):
        """False after a hang-up."""
        if not select.select([self.master], [], [], 0.05)[0]:
            return True
        letter = self.read(1)
        if letter == b"S":
            os.write(self.master, line_of(self.master))
        elif letter == b"E":
            os.write(self.master, self.read(256))
        elif letter == b"X":
            fcntl.ioctl(self.slave, termios.TIOCEXCL)
            os.write(self.master, b"x")
            time.sleep(0.5)
            fcntl.ioctl(self.slave, termios.TIOCNXCL)
        elif letter == b"H":
            os.close(self.slave)
            os.close(self.master)
            return False
        return True


def main():
    peer = Peer()
    serving = True
    with subprocess.Popen([*os.environ["WINE"].split(), sys.argv[1]], stdin=subprocess.DEVNULL) as program:
        try:
            end = time.monotonic() + 100
            while program.poll() is None and time.monotonic() < end:
                if serving:
                    serving = peer.serve()
                else:
                    time.sleep(0.05)
        finally:
            program.kill()
    return program.returncode


if __name__ == "__main__":
    sys.exit(main())
