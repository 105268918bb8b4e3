"""`aftercare staff`: who is on the staff list, and who is on call."""


def staff() -> None:
    """List the staff: id, name, role, language, whether Telegram reaches them, other channels, who is on call."""
    import asyncio

    from rich.table import Table

    from bot.cli.at_hand import opened_store
    from bot.cli.at_start import settings_at_start
    from bot.cli.terminal import console
    from bot.usecases.channels import kinds_of
    from bot.usecases.people import active_staff, on_call
    from bot.wiring.sources import utc_now

    settings = settings_at_start()
    table = Table("id", "name", "role", "language", "Telegram", "other", "on call")

    async def read() -> None:
        async with opened_store(settings) as store:
            people, first, second, kinds = await store.look(
                lambda unit: (
                    active_staff(unit),
                    on_call(unit, utc_now(), 1),
                    on_call(unit, utc_now(), 2),
                    kinds_of(unit),
                )
            )
        ranks = {each.id: "second" for each in second} | {each.id: "first" for each in first}
        for each in people:
            reached = "link not opened" if each.chat_id is None else "yes" if each.reachable else "blocked the bot"
            other = ", ".join(kinds.get(each.id, ()))
            table.add_row(each.id, each.name, each.role, each.language, reached, other, ranks.get(each.id, ""))

    asyncio.run(read())
    out = console()
    if table.row_count:
        out.print(table)
    else:
        out.print("Nobody is on the staff list yet. Add somebody with: aftercare invite NAME --role clinician")
