"""Words for `db.inventory`: what each holding is, why it is kept and until when, and what each column means."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.words import mark
from db.models import Base, Delivery, GuidedSession, Reminder, User


@dataclass(frozen=True)
class About:
    """`until` has room for {days} where the inventory says how many."""

    title: str
    what: str
    why: str
    until: str


_WHILE_HERE = mark("as long as you are here")

HOLDINGS: Mapping[str, About] = {
    "account": About(
        mark("You"),
        mark("the number of this chat, your language, your time zone, and when you wrote first and last"),
        mark("to answer you, at your hours"),
        _WHILE_HERE),
    "manners": About(
        mark("How I talk to you"),
        mark("quiet hours, bedtime, units, tone, lock screen, a pause"),
        mark("to come when you want me"),
        _WHILE_HERE),
    "consent": About(
        mark("What you agreed to"),
        mark("which text you agreed to, and when"),
        mark("so that nothing you tell about yourself is kept without your yes"),
        mark("until you take it back")),
    "profile": About(
        mark("What you told about yourself"),
        mark("diet, allergies, dislikes, conditions, medicines, age, sex, weight, cramps, workouts, skin, place to "
             "about 10 km; only what you told"),
        mark("to make nudges fit you, and to leave out what is wrong for you"),
        mark("until you clear it in /settings")),
    "check": About(
        mark("A check that runs"),
        mark("your answers in /check"),
        mark("to go on where you stopped"),
        mark("until the check ends, {days} at most")),
    "question": About(
        mark("What I asked last"),
        mark("my open question, and what you typed that waits for your answer"),
        mark("to understand your next words"),
        mark("until you answer; what you typed goes after {days}")),
    "reminders": About(
        mark("Reminders"),
        mark("what you want to be reminded of, and when"),
        mark("to remind you"),
        mark("until you delete them, and {days} more for Undo")),
    "nudges": About(
        mark("Nudges and your answers"),
        mark("what came when, and if you did it, put it off or skipped it"),
        mark("for /today and /week, and to find better times"),
        _WHILE_HERE),
    "skips": About(
        mark("Why you skipped a nudge"),
        mark("the reason, if you gave one and agreed to the profile"),
        mark("to show it in your data"),
        _WHILE_HERE),
    "suggestions": About(
        mark("What nudges were about"),
        mark("the food, stretch, drink or minutes of sun of each nudge, and what to take care of"),
        mark("to suggest something else next time, and to tell you why"),
        mark("{days}")),
    "sending": About(
        mark("How nudges were sent"),
        mark("tries, times and message numbers"),
        mark("so that each one comes once, and on time"),
        _WHILE_HERE),
    "guided": About(
        mark("A stretch with me"),
        mark("where you are in a stretch that I count for you"),
        mark("to go on after a pause"),
        mark("until it ends")),
    "updates": About(
        mark("Numbers of handled messages"),
        mark("a number for each message that came in, with no word of it and not from whom"),
        mark("to handle nothing twice"),
        mark("{days}")),
    "groups": About(
        mark("Numbers of groups"),
        mark("the number of a group in which I said that I talk in private"),
        mark("to say it only once"),
        mark("as long as this bot runs")),
    "keys": About(
        mark("Names of keys"),
        mark("short names of the keys that encrypt, never the keys"),
        mark("to notice a wrong key"),
        mark("as long as a key is used")),
    "pace": About(
        mark("Sending time"),
        mark("until when this bot's sending time is taken"),
        mark("to send no faster than Telegram allows"),
        mark("as long as this bot runs")),
}  # fmt: skip

COLUMNS: Mapping[type[Base], Mapping[str, str]] = {
    User: {
        "id": mark("your number in this bot"),
        "chat_id": mark("the number of this chat in Telegram, which is your number there too"),
        "language": mark("your language, as Telegram told it"),
        "zone": mark("your time zone"),
        "created_at": mark("when you wrote for the first time"),
        "seen_at": mark("when you wrote or tapped last"),
        "asleep_at": mark("since when Telegram brings you no messages, as when you blocked me"),
        "leaving_at": mark("when all about you is deleted unless you write before"),
        "exported_at": mark("when you took your data along last"),
        "preferences": mark("how and when you want to be talked to"),
        "paused_until": mark("no reminder comes before this"),
        "consent": mark("the version of the text that you agreed to"),
        "consented_at": mark("when you agreed"),
        "profile": mark("what you told about yourself"),
        "check": mark("your answers in a check that runs"),
        "check_begun_at": mark("when that check began"),
        "expecting": mark("what I asked last, with what you wrote before"),
        "consent_asked_at": mark("since when what you typed waits for your answer"),
    },
    Reminder: {
        "id": mark("the reminder's number"),
        "kind": mark("what it reminds of"),
        "rule": mark("when it comes"),
        "zone": mark("whose clock it keeps, where that is not your own zone's"),
        "state": mark("on, off, or ended: deleted, or a single time that is over"),
        "next_due_at": mark("when it comes next"),
        "created_at": mark("when you set it"),
        "ended_at": mark("when it ended"),
        "anyway": mark("comes in quiet hours too"),
        "nag": mark("asks again after so long without an answer; 0: never"),
        "goal": mark("enough after so many times a day"),
        "ignored": mark("days in a row without an answer"),
        "last_day": mark("the last day on which it came without an answer so far"),
        "kept_at": mark("when you last said that it shall go on"),
        "rests_since": mark("since when it waits for your answer whether it shall go on"),
        "fired": mark("how many nudges it has brought"),
        "user_id": mark("your number in this bot"),
    },
    Delivery: {
        "id": mark("the nudge's number"),
        "kind": mark("what it was about"),
        "status": mark("what became of it: planned, claimed (being sent), sent, done, skipped, snoozed (put off), "
                       "missed, failed"),
        "due_at": mark("when it was due"),
        "sent_at": mark("when it was sent"),
        "answered_at": mark("when it was done, skipped or put off"),
        "skipped_for": mark("why you skipped it"),
        "suggestion": mark("what it proposed"),
        "question": mark("a question whether reminders shall go on, or a farewell, instead of a nudge"),
        "asked": mark("how often it was sent"),
        "again_at": mark("when it asks again"),
        "reminder_id": mark("the reminder that it came from"),
        "ordinal": mark("which nudge of its reminder it was, counted from 0"),
        "user_id": mark("your number in this bot"),
        "promised_at": mark("when you expected it: when it was due, or the time you chose with Later"),
        "send_at": mark("when it was, or will be, tried to send"),
        "attempts": mark("how often sending was tried"),
        "worker": mark("a random name of the program that sent it"),
        "lease_until": mark("until when that program had the right to send it"),
        "message_id": mark("the number of the message in this chat"),
        "failure": mark("why it did not come"),
    },
    GuidedSession: {
        "plan": mark("what you are stretching"),
        "routine": mark("the same, where an older version of this bot began it"),
        "started_at": mark("when it began"),
        "elapsed": mark("how far it had come before it last went on"),
        "running_since": mark("since when it runs"),
        "paused_at": mark("when you paused it"),
        "stopped": mark("you stopped it"),
        "delivery_id": mark("the nudge that it was opened from"),
        "message_id": mark("the number of its message in this chat"),
        "anew": mark("its message is to be sent anew"),
        "edited_at": mark("when its message changed last"),
        "next_edit_at": mark("when its message changes next"),
        "user_id": mark("your number in this bot"),
    },
}  # fmt: skip
