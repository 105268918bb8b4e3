"""`aftercare serve`, `web`, `worker`: run the product, all of it or one half, until it is told to stop."""


def serve() -> None:
    """Run everything in one process: the web side, the clock, and the polling."""
    _start(web=True, worker=True)


def web() -> None:
    """Run the web half only: the webhook, health pages and metrics."""
    _start(web=True, worker=False)


def worker() -> None:
    """Run the working half only: what time makes happen, deliveries, and polling where no PUBLIC_URL is set."""
    _start(web=False, worker=True)


def _start(*, web: bool, worker: bool) -> None:
    from bot.cli.starting import start

    start(web=web, worker=worker)
