"""Thin Rasa graph components over the arithmetic that the bot runs without Rasa."""
