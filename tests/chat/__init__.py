"""Test what people read in a chat, without Home Assistant."""
