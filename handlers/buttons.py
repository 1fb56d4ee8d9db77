"""The words on her buttons; a button comes back as a plain message with these words."""

from handlers.phrases import say

HUMAN = say("button.human")
HELPED = say("button.helped")
UNSOLVED = say("button.unsolved")
SKIP = say("button.skip")
NONE = say("button.none")
CAN = say("button.can")
CANNOT = say("button.cannot")
SOMEONE = say("button.someone")
ALONE = say("button.alone")
HERE = say("button.here")
ERASE = say("button.erase")
DECLINE = say("button.decline")
ACCEPT = say("button.accept")
READ = say("button.read")

OFFER = (HUMAN, DECLINE)
