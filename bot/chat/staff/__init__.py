"""The staff's side of the chat: one module a command, and the buttons of alerts and tasks."""
