"""Test the Telegram server is as strict as the real one, by Telegram's own client."""
