"""The doctor's looks at Telegram: the token and the clock, where updates go, and the staff group."""

from bot.cli.doctor_line import Line, line, skipped
from bot.cli.doctor_settings import Partly
from bot.cli.telegram_calls import ask
from bot.wiring.sources import utc_now

MOST_APART_S = 30
INSIDE = frozenset({"creator", "administrator", "member", "restricted"})


async def look_at_bot(partly: Partly) -> tuple[Line, ...]:
    """Does Telegram know the token, and do its clock and ours agree?"""
    if not partly.has("TELEGRAM_TOKEN", "TELEGRAM_API_URL"):
        return (skipped("token", "TELEGRAM_TOKEN"),)
    me = await ask(partly.settings, "getMe")
    if not me.ok:
        return (line(False, "token", me.refusal, "Get the token from @BotFather; look at the connection."),)
    lines = [line(True, "token", f"the bot is @{me.result.get('username')}")]
    if me.at is not None:
        apart = abs((utc_now() - me.at).total_seconds())
        found = f"{apart:.0f} s apart from Telegram's"
        lines.append(line(apart <= MOST_APART_S, "clock", found, "Let the machine set its clock by NTP."))
    return tuple(lines)


async def look_at_webhook(partly: Partly) -> tuple[Line, ...]:
    """Do updates come to where we take them?"""
    if not partly.has("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "PUBLIC_URL"):
        return (skipped("updates", "TELEGRAM_TOKEN"),)
    info = await ask(partly.settings, "getWebhookInfo")
    if not info.ok:
        return (line(False, "updates", info.refusal, "Mend the token first."),)
    wanted = partly.settings.public_url and partly.settings.public_url + partly.settings.webhook_path
    url, waiting = str(info.result.get("url") or ""), info.result.get("pending_update_count", 0)
    if url != wanted:
        where = f"go to {url}" if url else "wait to be polled"
        should = f"come to {wanted}" if wanted else "be polled, since PUBLIC_URL is not set"
        todo = "Start the product once: it tells Telegram. If it runs, look whether another program uses this token."
        return (line(False, "updates", f"{where}, but should {should}", todo),)
    fault = str(info.result.get("last_error_message") or "")
    if wanted and fault:
        todo = "Look at the address, its certificate and WEBHOOK_SECRET; old errors go away with the next update."
        return (line(False, "updates", f"Telegram's last try failed: {fault} ({waiting} wait)", todo),)
    return (line(True, "updates", f"{'come by webhook' if wanted else 'are polled'} ({waiting} wait)"),)


async def look_at_group(partly: Partly) -> tuple[Line, ...]:
    """Can the bot write to the staff group?"""
    if not partly.has("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "STAFF_GROUP_ID"):
        return (skipped("staff group", "TELEGRAM_TOKEN or STAFF_GROUP_ID"),)
    group = partly.settings.staff_group_id
    if not group:
        todo = "Make a group, add the bot, and set STAFF_GROUP_ID to the group's id (a negative number)."
        return (line(False, "staff group", "STAFF_GROUP_ID is not set", todo),)
    chat = await ask(partly.settings, "getChat", chat_id=group)
    if not chat.ok:
        return (line(False, "staff group", f"{chat.refusal}", "Add the bot to the group; check STAFF_GROUP_ID."),)
    me = await ask(partly.settings, "getMe")
    member = await ask(partly.settings, "getChatMember", chat_id=group, user_id=(me.result or {}).get("id", 0))
    status = str((member.result or {}).get("status") or member.refusal)
    found = f"{chat.result.get('title') or group}, the bot is {status}"
    return (line(status in INSIDE, "staff group", found, "Add the bot to the group, as administrator."),)
