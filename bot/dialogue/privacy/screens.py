"""/privacy: the policy, a short screen first, with its parts behind buttons."""

from bot.dialogue.privacy import policy
from bot.dialogue.turn import Answer, Button, Press, Refusal, Reply, Turn
from bot.dialogue.words import fill, in_paragraphs


async def command(turn: Turn) -> Answer:
    """The first screen."""
    return _first(turn)


async def pressed(turn: Turn) -> Answer:
    """A part in place, the way back, or "Stay" under a farewell: whoever taps stays already (`db.users.ensure`)."""
    match turn.args:
        case ("first",):
            return _first(turn, edit=True)
        case ("stay",):
            return Reply(fill(turn.words.gettext("Good to hear from you. All of it stays.")), edit=True)
        case (name,) if name in policy.PARTS:
            return _part(turn, name)
    return turn.refuse(Refusal.FORGED)


def _first(turn: Turn, *, edit: bool = False) -> Reply:
    _ = turn.words.gettext
    parts = [Button(_(label), Press("privacy", (name,))) for name, (label, _part) in policy.PARTS.items()]
    return Reply(
        policy.summary(turn.words, turn.house.terms),
        buttons=[
            *(parts[i : i + 2] for i in range(0, len(parts), 2)),
            [
                Button(_("Take it along"), Press("say", ("/export",))),
                Button(_("Delete it"), Press("say", ("/delete",)), style="danger"),
            ],
        ],
        edit=edit,
    )


def _part(turn: Turn, name: str) -> Reply:
    _ = turn.words.gettext
    label, part = policy.PARTS[name]
    said = [fill("<b>{label}</b>", label=_(label)), part(turn.words, turn.house.terms)]
    if name in policy.REACHING and turn.house.operators.contact is not None:
        said.append(policy.reach(turn.words, turn.house.operators.contact))
    return Reply(
        in_paragraphs(said),
        buttons=[[Button(_("‹ Back"), Press("privacy", ("first",)))]],
        edit=True,
    )
