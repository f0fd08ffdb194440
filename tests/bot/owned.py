"""People about whom there is something in every table, and what a database holds of somebody."""

from sqlalchemy import text

from bot.sandbox.people import Person
from db import users
from db.engine import Sessions
from db.inventory import owned_tables
from db.models import Base
from jobs.suggest.profile import Profile, Spot
from tests.world import World


async def with_everything(world: World, name: str) -> Person:
    """Reminders, an answered nudge with a reason, one that is to come, a profile, a check, a stretch under way."""
    person = await world.settled(name)
    await person.says("/settings conditions kidney")
    await person.taps("Agree")
    await world.told(person, Profile(weight=70.5, place=Spot(-33.9, 151.2), traits=frozenset({"kidney_disease"})))
    await person.says("/settings quiet 22:00-07:00")
    await person.says("/remind stretch in 10 minutes")
    await person.says("/remind stretch 21:30")
    await world.passes(minutes=15)
    await person.taps("Skip")
    await person.taps("Not well")
    await person.says("/nudge food")
    await person.taps("Later")
    await person.taps("1 hour")
    await person.says("/stretch")
    await person.taps("▶ Start")
    await world.passes(seconds=0)  # shown now, not by some tick among the messages that follow
    await person.says("/check")
    await person.taps("Agree and begin")
    return person


async def id_of(world: World, person: Person) -> int | None:
    """The number of the person's row; None where there is none."""
    async with world.app.sessions() as session:
        user = await users.by_chat(session, person.id)
    return None if user is None else user.id


async def profile_of(world: World, person: Person) -> Profile:
    """What the person told about themself."""
    return Profile.from_json((await world.row_of(person)).profile)


async def rows_of(sessions: Sessions, user_id: int) -> dict[str, int]:
    """How many rows of each table with owners are this person's."""
    async with sessions() as session:
        return {
            table.__tablename__: (
                await session.execute(
                    text(f"SELECT count(*) FROM {table.__tablename__} WHERE {owner} = :id"),  # noqa: S608
                    {"id": user_id},
                )
            ).scalar_one()
            for table, owner in owned_tables().items()
        }


async def tables_naming(sessions: Sessions, word: str) -> set[str]:
    """Tables in which some value, as the database has it, contains this."""
    found = set()
    async with sessions() as session:
        for table in Base.metadata.tables:
            rows = await session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
            if any(word in str(value) for row in rows for value in row):
                found.add(table)
    return found
