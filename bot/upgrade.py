"""python -m bot migrate: the database as this version wants it."""

from bot.opening import open_database
from bot.settings import Settings


async def migrate(settings: Settings) -> int:
    """Bring the database to this version's schema. Raises StartError."""
    engine = await open_database(settings)
    await engine.dispose()
    print("The database is up to date.")
    return 0
