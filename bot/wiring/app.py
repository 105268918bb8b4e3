"""Builds the whole product from its settings: the clinic, the store, the ways in and out, and the cycle."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.chat.courier import LONGEST_SEND, TelegramCourier
from bot.chat.dispatch import Dispatch
from bot.chat.files import TelegramFiles
from bot.chat.handover_pdf import handover_pdf
from bot.chat.ingress_polling import PollingIngress
from bot.chat.ingress_webhook import WebhookIngress
from bot.chat.patient import COMMANDS
from bot.chat.raw_update import ALLOWED_UPDATES
from bot.chat.request import AiohttpRequest
from bot.chat.toasts import Toasts
from bot.core.post.message import Message, Outcome, Settled
from bot.core.post.pace import Pacer, Rates
from bot.core.screen.answers import Answers
from bot.core.wording.catalog import Catalog
from bot.cycle.cycle import Cycle
from bot.cycle.deliver_outbox import Delivery
from bot.cycle.fetch_photos import PhotoFetching
from bot.cycle.ring_channels import LONGEST_CALL_S, Ringing
from bot.cycle.take_inbox import Intake
from bot.settings import Settings
from bot.store.crypto import Keyring
from bot.store.engine import Store
from bot.store.unit import Unit
from bot.usecases.canary import Flight, fly
from bot.usecases.clinic import Clinic, ClinicFacts
from bot.usecases.cover import gaps
from bot.usecases.handover import paper_of
from bot.usecases.photos import picture_of
from bot.usecases.undelivered import react
from bot.wiring.bells import clinic_channels
from bot.wiring.flows import Flows, load_flows
from bot.wiring.listening import Listening
from bot.wiring.outside import Outside
from bot.wiring.sources import utc_now, wait_until

log = logging.getLogger(__name__)
LONGEST_PDF_S = 15.0
"""The card is sent as a message before; a PDF that takes longer is given up."""


@dataclass(slots=True)
class App:
    """The product, built but not yet running."""

    settings: Settings
    clinic: Clinic
    flows: Flows
    store: Store
    bot: Bot
    requests: tuple[AiohttpRequest, ...]
    intake: Intake
    delivery: Delivery
    ringing: Ringing
    polling: PollingIngress
    webhook: WebhookIngress | None
    cycle: Cycle
    photos: PhotoFetching
    toasts: Toasts
    clock: Callable[[], datetime]

    async def open(self) -> None:
        """Open the connections and settle what an earlier process left under way."""
        for request in self.requests:
            await request.initialize()
        await self.delivery.recover(mine=True)

    async def close(self) -> None:
        """Drain: take no more updates, finish what is under way within the time limit, close everything."""
        within = self.settings.drain_seconds
        await self.intake.stop(within)
        await self.photos.stop(within)
        await self.delivery.stop(within)
        await self.ringing.stop(within)
        await self.toasts.idle()
        for request in self.requests:
            await request.shutdown()
        await self.store.close()

    async def introduce(self) -> bool:
        """Learn the bot's name and show its commands. False when Telegram cannot be reached; tried again later."""
        try:
            me = await self.bot.get_me()
            self.clinic.facts = replace(self.clinic.facts, bot_name=me.username or "")
            for language in (*self.clinic.languages, None):  # None: for phones in any other language
                ui = self.clinic.ui(language or self.clinic.facts.language)
                commands = [BotCommand(name, ui.plain(f"command.{name}")) for name in COMMANDS]
                await self.bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=language)
        except TelegramError as error:
            log.warning("Telegram could not be reached: %s", type(error).__name__)
            return False
        return True

    async def point_telegram_here(self) -> None:
        """Set the webhook where a public address is set, and remove it where updates are polled. Nothing is dropped."""
        if self.settings.public_url:
            await self.bot.set_webhook(
                self.settings.public_url + self.settings.webhook_path,
                secret_token=self.settings.webhook_secret.get_secret_value(),
                allowed_updates=list(ALLOWED_UPDATES),
                max_connections=40,
            )
        else:
            await self.bot.delete_webhook()


def build(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    wait: Callable[[datetime], Awaitable[None]] = wait_until,
    worker: str = "",
    flows: Flows | None = None,
    longest_send: float = LONGEST_SEND,
    longest_call: float = LONGEST_CALL_S,
    outside: Outside | None = None,
) -> App:
    """Put everything together.

    ``worker`` names this process in what it claims. On SQLite there is one, under a name that outlives it: after a
    crash it knows at once what it left behind. ``outside`` is given by the simulation alone.

    Errors: ScriptError for ``flows/`` that cannot be used, SettingsError for a wrong key.
    """
    outside = outside or Outside()
    flows = flows or load_flows(Path(settings.flows_dir))
    clinic = build_clinic(settings, flows, outside)
    database = settings.database_url.get_secret_value()
    keyring = Keyring.from_text(settings.encryption_keys.get_secret_value())
    store = Store(database, keyring, open_file=outside.open_file)
    alone = database.startswith("sqlite")
    worker = worker or ("main" if alone else f"{socket.gethostname()}-{os.getpid()}")
    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
    outgoing = outside.request(proxy=proxy)
    incoming = outside.request(connections=2, proxy=proxy)
    bot = Bot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=outgoing,
        get_updates_request=incoming,
    )
    toasts = Toasts(bot)
    dispatch = Dispatch(clinic, clock, toasts)

    def reacted(unit: Unit, message: Message, settled: Settled, outcome: Outcome) -> None:
        react(unit, clinic, clock(), message, settled, outcome)

    async def picture(photo_id: str) -> bytes | None:
        return await store.look(lambda unit: picture_of(unit, photo_id))

    async def document(handover_id: str) -> bytes | None:
        paper = await store.look(lambda unit: paper_of(unit, handover_id))
        if paper is None:
            return None
        async with asyncio.timeout(LONGEST_PDF_S):
            return await asyncio.to_thread(handover_pdf, paper)

    def canary(unit: Unit, now: datetime) -> Flight:
        every = timedelta(minutes=settings.canary_minutes)
        return fly(unit, clinic, now, settings.canary_chat_id, every)

    photos = PhotoFetching(store, clinic, TelegramFiles(bot, outgoing), clock)
    delivery = Delivery(
        store,
        outside.courier(TelegramCourier(bot, longest=longest_send, picture=picture, document=document)),
        clock,
        worker,
        react=reacted,
        pacer=Pacer(Rates(per_second=settings.messages_per_second, bulk_per_second=settings.bulk_per_second)),
        wait_until=wait,
        on_token_refused=_token_refused,
        shared_pace="" if alone else "telegram",
    )
    store.on_nudge = delivery.nudge
    ringing = Ringing(store, clinic, clock, outside.ring, worker, limit_s=longest_call)
    intake = Intake(store, dispatch.handle, clock, on_dead=dispatch.dead, before_commit=delivery.claim_at_birth)
    secret = settings.webhook_secret.get_secret_value()
    heartbeat = outside.heartbeat(settings.heartbeat_url) if settings.heartbeat_url else None
    return App(
        settings=settings,
        clinic=clinic,
        flows=flows,
        store=store,
        bot=bot,
        requests=(outgoing, incoming),
        intake=intake,
        delivery=delivery,
        ringing=ringing,
        polling=PollingIngress(
            incoming,
            bot.base_url,
            store,
            clock,
            intake.nudge,
            holder=worker,
            on_token_refused=_token_refused,
            at_birth=intake.take_at_birth,
            long_poll=outside.long_poll,
        ),
        webhook=(WebhookIngress(store, secret, clock, intake.nudge, at_birth=intake.take_at_birth) if secret else None),
        cycle=Cycle(
            store,
            clinic,
            clock,
            intake,
            delivery,
            fetch_photos=photos.nudge,
            ringing=ringing,
            heartbeat=heartbeat,
            heartbeat_every=timedelta(seconds=settings.heartbeat_seconds),
            canary=canary if settings.canary_chat_id else None,
        ),
        photos=photos,
        toasts=toasts,
        clock=clock,
    )


def build_clinic(settings: Settings, flows: Flows, outside: Outside | None = None) -> Clinic:
    """The clinic of these settings and scripts."""
    outside = outside or Outside()
    facts = ClinicFacts(
        name=settings.clinic_name,
        phone=settings.clinic_phone,
        emergency_number=settings.emergency_number,
        crisis_line=settings.crisis_line,
        zone=settings.clinic_timezone,
        language=settings.clinic_language,
        bot_name="",
        staff_group=settings.staff_group_id,
        link_hours=settings.link_hours,
        keep_months=settings.keep_months,
        digest_hour=settings.digest_hour,
        console=settings.console_address,
    )
    messages = {language: Catalog(language, texts, facts.holders()) for language, texts in flows.messages.items()}
    return Clinic(
        facts=facts,
        policy=flows.policy,
        chat=flows.chat,
        scripts=flows.scripts,
        messages=messages,
        answers={
            language: Catalog(language, texts, facts.holders()) for language, texts in flows.answers.texts.items()
        },
        screening=Listening(flows.screen, Answers(flows.answers.answers)),
        new_id=outside.new_id,
        new_token=outside.new_token,
        unsigned=flows.unsigned,
        signers=flows.standing.signers,
        channels=clinic_channels(settings.alert_urls.get_secret_value()),
        cover_gaps=lambda unit, clinic, now: [(gap.begins, gap.ends) for gap in gaps(unit, clinic, now)],
    )


def _token_refused() -> None:
    log.error("Telegram does not know the bot's token; set TELEGRAM_TOKEN anew. Messages wait until then.")


async def drain(app: App, chats: Iterable[int] = ()) -> None:
    """Do everything that is due at this moment, until nothing is left: for the demo and the tests."""
    app.intake.nudge(chats)
    await app.intake.take_all()
    await app.photos.idle()
    await app.ringing.idle()
    await app.delivery.deliver_due()
    await app.toasts.idle()
    await asyncio.sleep(0)
