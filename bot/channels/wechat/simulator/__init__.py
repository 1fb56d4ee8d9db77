"""The platform on this machine: the real protocol for trainers who practise and for tests, without an account."""

from bot.channels.wechat.simulator.platform import Credentials, Fault, Follower, Got, Platform
from bot.channels.wechat.simulator.pushing import Pushed
from bot.channels.wechat.simulator.server import Simulator

__all__ = ["Credentials", "Fault", "Follower", "Got", "Platform", "Pushed", "Simulator"]
