"""The demo: its page, driven by a scripted clinic on the real emulator."""
