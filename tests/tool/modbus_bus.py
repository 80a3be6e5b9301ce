# SPDX-License-Identifier: MIT
"""A Modbus with devices made here, byte by byte: on a serial line that has a speed, or behind a gateway."""

import os
import pty
import socket
import struct
import termios
import threading

SPEEDS = {getattr(termios, "B%d" % baud): baud
          for baud in (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)}


def crc(data):
    """CRC-16 of Modbus, low byte first (serial line guide, 6.2.2)."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return struct.pack("<H", value)


def words(text):
    """Registers in hexadecimal."""
    return [int(word, 16) for word in text.split()]


def text_words(text, count):
    """Two characters a register."""
    return list(struct.unpack(">%dH" % count, text.encode().ljust(2 * count, b" ")))


def registers(*blocks):
    """A device with blocks of registers (address, count, {address: words}); what it does not have it refuses."""
    held = {}
    for first, count, values in blocks:
        held.update({first + i: 0 for i in range(count)})
        for address, given in values.items():
            held.update({address + i: word for i, word in enumerate(given)})

    def answer(request):
        function, address, count = struct.unpack(">BHH", request[:5])
        if function != 3 or any(address + i not in held for i in range(count)):
            return struct.pack("BB", function | 0x80, 2)
        return struct.pack("BB", 3, 2 * count) + b"".join(struct.pack(">H", held[address + i]) for i in range(count))
    return answer


def wago(code="1111", serial="2209 1039", version="3FAB 851F", checksum="5926 8366"):
    """A3.2 of the manual: serial number, meter code, version of the software (1.34 as a float), check sum."""
    return registers((0x4000, 0x34, {0x4000: words(serial), 0x4002: words(code), 0x4007: words(version),
                                     0x401B: words(checksum)}))


def countis(name="COUNTIS E44", mid=1):
    """Socomec V 201.255: version 1.02, serial number of 2019 week 47, number 4711."""
    return registers((0xC350, 0x60, {0xC350: words("0053 004F 0043 004F 0064"), 0xC357: words("0066 079B 000B 1267"),
                                     0xC38A: text_words(name, 8)}), (0x9E61, 1, {0x9E61: [mid]}))


def no_meter(_request):
    """A device that can do nothing: exception 1 to whatever is asked."""
    return bytes([_request[0] | 0x80, 1])


class Bus:
    """Devices by unit: functions from the PDU of a request to that of the answer. A frame is answered when it came at
    the bus's speed (None: at any) and its CRC is right. `late` are seconds by unit; `damaged` units send noise."""

    def __init__(self, test, devices, baud=None, late=None, damaged=()):
        self.devices = devices
        self.baud = baud
        self.late = late or {}
        self.damaged = damaged
        self.asked = []  # (speed, unit, register)
        self.master, self.slave = pty.openpty()
        self.target = os.ttyname(self.slave)
        settings = termios.tcgetattr(self.slave)
        settings[0] = settings[1] = settings[3] = 0
        termios.tcsetattr(self.slave, termios.TCSANOW, settings)
        self.running = True
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        test.addCleanup(self.close)

    def close(self):
        with self.lock:
            self.running = False
        os.write(self.slave, b"\0")  # wakes it up
        self.thread.join(5)
        os.close(self.slave)
        os.close(self.master)

    def serve(self):
        pending = b""
        while True:
            data = os.read(self.master, 256)
            if not self.running:
                return
            pending += data
            while len(pending) >= 8:
                request, pending = pending[:8], pending[8:]
                speed = SPEEDS[termios.tcgetattr(self.master)[4]]
                self.asked.append((speed, request[0], struct.unpack(">H", request[2:4])[0]))
                if self.baud in (None, speed) and crc(request[:6]) == request[6:]:
                    self.answer(request[0], request[1:6])

    def answer(self, unit, pdu):
        if unit in self.damaged:
            os.write(self.master, b"\x5A\x03\x10\xA5\xFF\x00\x17")
        elif unit in self.devices:
            frame = bytes([unit]) + self.devices[unit](pdu)
            frame += crc(frame)
            if unit in self.late:
                threading.Timer(self.late[unit], self.send, (frame,)).start()
            else:
                self.send(frame)

    def send(self, frame):
        with self.lock:
            if self.running:
                os.write(self.master, frame)


class Gateway:
    """The same behind Modbus TCP; where no device is it answers with an exception."""

    def __init__(self, test, devices, exception=11):
        self.devices = devices
        self.exception = exception
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.target = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()
        test.addCleanup(self.listener.close)

    def serve(self):
        try:
            while True:
                connection, _ = self.listener.accept()
                with connection, connection.makefile("rb") as file:
                    while head := file.read(7):
                        number, _, length, unit = struct.unpack(">HHHB", head)
                        pdu = file.read(length - 1)
                        answer = self.devices[unit](pdu) if unit in self.devices else \
                            bytes([pdu[0] | 0x80, self.exception])
                        connection.sendall(struct.pack(">HHHB", number, 0, len(answer) + 1, unit) + answer)
        except OSError:
            pass
