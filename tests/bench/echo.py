"""The peer: a bare python-telegram-bot echo with the library's defaults, long polling, nothing kept.

A press gets the next message and is answered: the message ``first``, which is quickest for the patient, or the
answer first, as in the library's own examples.
"""

import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Next", callback_data="next")]])


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The first message with a button."""
    if update.effective_chat:
        await context.bot.send_message(update.effective_chat.id, "Press.", reply_markup=KEYBOARD)


async def message_first(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The next message, then the answer to the press."""
    query = update.callback_query
    if query and update.effective_chat:
        await context.bot.send_message(update.effective_chat.id, f"You pressed {query.data}.", reply_markup=KEYBOARD)
        await query.answer("Noted")


async def answer_first(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The answer to the press, then the next message."""
    query = update.callback_query
    if query and update.effective_chat:
        await query.answer("Noted")
        await context.bot.send_message(update.effective_chat.id, f"You pressed {query.data}.", reply_markup=KEYBOARD)


def main(url: str, token: str, order: str) -> None:
    """Run until a signal."""
    application = Application.builder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(message_first if order == "message" else answer_first))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
