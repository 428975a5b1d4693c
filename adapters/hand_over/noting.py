"""What is noted of a hand-over in its row, by the sender or by whoever else finds it out.

The sender holds the row while it calls, and nobody waits for that: the log has what happened, and
the sender looks there once it has let go of the row.
"""

FREE = """hand_over_id = (SELECT hand_over_id FROM hand_overs
    WHERE hand_over_id = %s FOR UPDATE SKIP LOCKED)"""
DELIVERED = f"""UPDATE hand_overs SET state = 'delivered', error = '',
    delivered_at = coalesce(delivered_at, clock_timestamp()) WHERE {FREE}"""  # noqa: S608 -- of constants
# What a back office has taken is with it.
DROPPED = f"""UPDATE hand_overs SET state = 'dropped', error = ''
    WHERE state <> 'delivered' AND {FREE}"""  # noqa: S608 -- of constants
