"""Which callbacks were heeded already, for as long as their time would let them be repeated."""

from adapters.event_store.log import Pool
from adapters.payments.callbacks import WINDOW, Callback

SEEN = "SELECT FROM payment_callbacks WHERE callback_id = %s"
REMEMBER = "INSERT INTO payment_callbacks (callback_id) VALUES (%s) ON CONFLICT DO NOTHING"
# Older ones are refused by their time anyway.
FORGET = "DELETE FROM payment_callbacks WHERE received_at < clock_timestamp() - 3 * %s::interval"


async def is_heeded(pool: Pool, callback: Callback) -> bool:
    async with pool.connection() as connection:
        cursor = await connection.execute(SEEN, (callback.callback_id,))
        return await cursor.fetchone() is not None


async def remember(pool: Pool, callback: Callback) -> None:
    """After the platform was asked: a repetition of one that failed before is no replay."""
    async with pool.connection() as connection:
        await connection.execute(REMEMBER, (callback.callback_id,))
        await connection.execute(FORGET, (WINDOW,))
