"""Apprise: reads the URLs of other channels, and rings them. The one module that knows the library, and silences it.

A URL holds passwords and keys. It is never part of an error, a log or a name; a channel is known by an id.
"""

import hashlib
import logging
from functools import cache
from typing import Any

from bot.core.errors import SettingsError
from bot.core.post.channel import Channel

SOCKET_S = 8.0
"""Most seconds to connect and between two pieces of an answer, so that a thread that hangs ends by itself."""
SMS = (
    "46elks elks atalk bulksms bulkvs burstsms kudosity clickatell clicksend cm d7sms eight00com exotel freemobile httpsms"
    " infobip kavenegar mobilemessage mobilemsg msg91 msgbird nexmo vonage notifyre octopush plivo ringc serwersms seven"
    " sfr sinch smsc smseagle smseagles smsmanager smsmgr smstunnel sns telnyx twilio voipms"
)
EMAIL = "mailto mailtos azure o365 brevo mailersend mailgun postmark resend sendgrid sendpulse ses smtp2go sparkpost"
WEBHOOK = "form forms json jsons xml xmls"
"""The schemes of each kind; whatever stands in none of these goes by the service's own name."""
REACH_NOBODY = "dbus glib gnome kde macosx qt syslog windows"
"""Services that show a message on the machine that the bot runs on."""
LOGGERS = ("apprise", "requests", "urllib3")


def kind_of(url: str) -> str:
    """What a URL is: sms, voice, email, webhook, or the service's name. Errors: SettingsError, without the URL."""
    scheme = url.partition("://")[0].strip().lower()
    if scheme == "tgram":
        raise SettingsError("leads to Telegram again. Choose a way that works when Telegram does not.")
    if scheme in REACH_NOBODY.split():
        raise SettingsError("only shows a message on the bot's own machine, where nobody sees it.")
    service = _service(url)
    if service is None:
        raise SettingsError("is no Apprise URL, or something in it is missing. See: https://appriseit.com/services/")
    if scheme == "twilio" and getattr(service, "method", "sms") == "call":
        return "voice"
    for kind, schemes in (("sms", SMS), ("email", EMAIL), ("webhook", WEBHOOK)):
        if scheme in schemes.split():
            return kind
    return str(service.service_name)


def clinic_channels(urls: str) -> tuple[Channel, ...]:
    """The channels of ALERT_URLS, each once. Errors: SettingsError that says which one is wrong, without the URL."""
    channels = {}
    for place, url in enumerate(urls.split(), 1):
        try:
            channels[url] = Channel(id=_id(url), kind=kind_of(url), url=url)
        except SettingsError as error:
            raise SettingsError(f"ALERT_URLS: number {place} {error}") from None
    return tuple(channels.values())


def ring_by_apprise(url: str, title: str, words: str) -> bool:
    """Send; False when the service did not take it. Blocks for as long as the service lets it."""
    service = _service(url)
    if service is None:
        return False
    service.socket_connect_timeout = min(service.socket_connect_timeout, SOCKET_S)
    service.socket_read_timeout = min(service.socket_read_timeout, SOCKET_S)
    call = _apprise().Apprise()
    call.add(service)
    return bool(call.notify(title=title, body=words, body_format=_apprise().NotifyFormat.TEXT))


def _service(url: str) -> Any:
    _silence()
    try:
        return _apprise().Apprise.instantiate(url, suppress_exceptions=True)
    except Exception:  # whatever a plugin trips over in a URL, the words of its error may hold the URL
        return None


@cache
def _apprise() -> Any:
    """The library, loaded when it is needed: it brings 130 services."""
    import apprise

    return apprise


def _silence() -> None:
    """Before each use, since whoever sets up logging may have woken them."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


def _id(url: str) -> str:
    """A name for a URL of the settings that stays the same as long as the URL does, and from which it cannot be read."""
    return "c-" + hashlib.sha256(b"aftercare channel " + url.encode()).hexdigest()[:12]
