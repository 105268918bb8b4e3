"""Every script checks, and every case replays."""
