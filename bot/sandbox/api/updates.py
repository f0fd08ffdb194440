"""getUpdates and the webhook."""

import ipaddress
import re
from urllib.parse import urlsplit

from bot.sandbox.api.params import Params
from bot.sandbox.errors import ApiError, Json, bad_request
from bot.sandbox.state import SandboxState
from bot.sandbox.updates import MAX_BATCH
from bot.sandbox.webhook import Hook

MAX_POLL_SECONDS = 50
MAX_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(state: SandboxState, params: Params) -> list[Json]:
    """Long polling: confirm by offset, wait for the next updates."""
    if state.webhook.hook:
        raise ApiError(409, _HOOK_IS_SET)
    _remember_allowed(state, params)
    timeout = min(max(params.integer("timeout", 0), 0), MAX_POLL_SECONDS)
    return await state.updates.poll(params.integer("offset", 0), params.integer("limit", MAX_BATCH), timeout)


async def set_webhook(state: SandboxState, params: Params) -> bool:
    """Deliver updates to the bot's server on this machine; an empty url stops that."""
    url, secret = params.text("url"), params.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", 40)
    if not 1 <= connections <= MAX_CONNECTIONS:
        raise bad_request("max_connections must be between 1 and 100")
    if url and not _on_this_machine(url):
        raise bad_request("bad webhook: the sandbox delivers to this machine only")
    _remember_allowed(state, params)
    _drop_pending(state, params)
    await state.webhook.set(Hook(url, secret or None, connections) if url else None)
    state.updates.end_poll()
    return True


async def delete_webhook(state: SandboxState, params: Params) -> bool:
    """Back to getUpdates."""
    _drop_pending(state, params)
    await state.webhook.set(None)
    return True


async def get_webhook_info(state: SandboxState, _: Params) -> Json:
    """Where updates go and how that fares."""
    hook = state.webhook.hook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.pending),
    }
    if hook:
        info["max_connections"] = hook.max_connections
        if hook.last_error_at:
            info |= {
                "last_error_date": int(hook.last_error_at.timestamp()),
                "last_error_message": hook.last_error,
            }
    if state.updates.allowed:
        info["allowed_updates"] = state.updates.allowed
    return info


def _remember_allowed(state: SandboxState, params: Params) -> None:
    allowed = params.json("allowed_updates")
    if allowed is not None:
        state.updates.allowed = [str(kind) for kind in allowed]


def _drop_pending(state: SandboxState, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        state.updates.confirm(list(state.updates.pending))


def _on_this_machine(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
