"""The workbench: my queue, the case in front of me, what needs a look, and taking in a call."""
