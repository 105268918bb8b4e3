"""The Telegram Bot API on localhost: a world of phones, groups and faults for demos, tests and benchmarks."""

from bot.emulator.clock import Clock
from bot.emulator.faults import ANY_METHOD, Fault, FaultKind
from bot.emulator.groups import GroupPhone
from bot.emulator.phones import Phone
from bot.emulator.presses import Press
from bot.emulator.running import EmulatorServer, serve
from bot.emulator.server import create_app
from bot.emulator.views import MessageView
from bot.emulator.world import World

__all__ = [
    "ANY_METHOD",
    "Clock",
    "EmulatorServer",
    "Fault",
    "FaultKind",
    "GroupPhone",
    "MessageView",
    "Phone",
    "Press",
    "World",
    "create_app",
    "serve",
]
