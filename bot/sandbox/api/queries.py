"""Answers to button taps and inline queries."""

from bot.sandbox.api.params import Params
from bot.sandbox.errors import bad_request
from bot.sandbox.state import SandboxState

MAX_ANSWER = 200
MAX_RESULTS = 50
MAX_RESULT_ID_BYTES = 64


async def answer_callback_query(state: SandboxState, params: Params) -> bool:
    """Stop the button's spinner, with a toast or an alert."""
    text = params.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = state.queries.take_tap(params.text("callback_query_id"))
    tap.answered, tap.text, tap.show_alert = True, text, params.flag("show_alert")
    tap.url = params.text("url") or None
    state.feed.publish({"type": "tap", "chat_id": tap.chat_id, "tap": tap})
    return True


async def answer_inline_query(state: SandboxState, params: Params) -> bool:
    """Give the results for an inline query."""
    results = params.json("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if not all(1 <= len(result_id.encode()) <= MAX_RESULT_ID_BYTES for result_id in ids):
        raise bad_request("RESULT_ID_INVALID")
    ask = state.queries.take_ask(params.text("inline_query_id"))
    ask.answered, ask.results = True, results
    ask.options = {k: v for k, v in params.values.items() if k not in {"results", "inline_query_id"}}
    state.feed.publish({"type": "inline", "chat_id": ask.person_id, "ask": ask})
    return True


METHODS = {"answerCallbackQuery": answer_callback_query, "answerInlineQuery": answer_inline_query}
