"""Methods about the bot itself: who it is, its commands and texts, and how it takes its updates."""

import re
from typing import TYPE_CHECKING, Any

from bot.emulator.errors import Refused, bad_request
from bot.emulator.limits import COMMANDS
from bot.emulator.params import Params
from bot.emulator.webhook import Webhook
from bot.emulator.wire import Wire, utf16_length

if TYPE_CHECKING:
    from bot.emulator.world import World

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LOCAL = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


def get_me(world: "World", params: Params) -> Wire:
    """getMe"""
    return world.bot.wire() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(world: "World", params: Params) -> bool:
    """setMyCommands"""
    commands = params.parsed("commands")
    if not isinstance(commands, list) or len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH" if isinstance(commands, list) else "commands must be an Array")
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile[_commands_key(params)] = commands
    world.tell()
    return True


def get_my_commands(world: "World", params: Params) -> list[Wire]:
    """getMyCommands"""
    commands: list[Wire] = world.profile.get(_commands_key(params), [])
    return commands


def delete_my_commands(world: "World", params: Params) -> bool:
    """deleteMyCommands"""
    world.profile.pop(_commands_key(params), None)
    world.tell()
    return True


def set_my_name(world: "World", params: Params) -> bool:
    """setMyName"""
    return _set_profile_text(world, params, "name", 64)


def set_my_description(world: "World", params: Params) -> bool:
    """setMyDescription"""
    return _set_profile_text(world, params, "description", 512)


def set_my_short_description(world: "World", params: Params) -> bool:
    """setMyShortDescription"""
    return _set_profile_text(world, params, "short_description", 120)


def get_my_name(world: "World", params: Params) -> Wire:
    """getMyName"""
    return {"name": world.profile.get(("name", _language(params)), world.bot.first_name)}


def get_my_description(world: "World", params: Params) -> Wire:
    """getMyDescription"""
    return {"description": world.profile.get(("description", _language(params)), "")}


def get_my_short_description(world: "World", params: Params) -> Wire:
    """getMyShortDescription"""
    return {"short_description": world.profile.get(("short_description", _language(params)), "")}


def set_webhook(world: "World", params: Params) -> bool:
    """setWebhook: HTTPS, or plain HTTP on this machine."""
    url = params.text("url") or ""
    secret = params.text("secret_token")
    if url and not url.startswith(("https://", *_LOCAL)):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = min(max(params.integer("max_connections") or 40, 1), 100)
    world.updates.allow(params.parsed("allowed_updates"))
    _replace_webhook(world, params, Webhook(url, secret, connections, params.text("ip_address")) if url else None)
    return True


def delete_webhook(world: "World", params: Params) -> bool:
    """deleteWebhook"""
    _replace_webhook(world, params, None)
    return True


def get_webhook_info(world: "World", params: Params) -> Wire:
    """getWebhookInfo"""
    hook = world.webhook
    info: Wire = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if world.updates.allowed is not None:
        info["allowed_updates"] = sorted(world.updates.allowed)
    if hook is not None:
        info["max_connections"] = hook.max_connections
        if hook.ip_address:
            info["ip_address"] = hook.ip_address
        if hook.last_error is not None:
            info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    return info


def refuse_to_move(world: "World", params: Params) -> Any:
    """logOut and close: they would move the bot to another server, and there is none."""
    raise Refused(400, "Bad Request: this emulator is the bot's only server")


def _replace_webhook(world: "World", params: Params, hook: Webhook | None) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook = hook
    world.updates.arrived.ring()
    world.tell()


def _set_profile_text(world: "World", params: Params, name: str, longest: int) -> bool:
    text = params.text(name) or ""
    if utf16_length(text) > longest:
        raise bad_request(f"{name} is too long")
    if text:
        world.profile[name, _language(params)] = text
    else:
        world.profile.pop((name, _language(params)), None)
    world.tell()
    return True


def _language(params: Params) -> str:
    return params.text("language_code") or ""


def _commands_key(params: Params) -> tuple[str, str]:
    scope = params.parsed("scope") or {"type": "default"}
    return f"commands {sorted(scope.items())}", _language(params)
