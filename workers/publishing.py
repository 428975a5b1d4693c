"""The commands of whoever follows the log from outside: what stands in it, and Kafka."""

from typing import Annotated

import typer

from workers.telling import settings

commands = typer.Typer()
Position = Annotated[
    int, typer.Option("--from", min=1, metavar="POSITION", help="The first event to publish.")
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="Port on loopback, if it is free; else as before, at first 9092."
    ),
]


@commands.command()
def topics() -> None:
    """Make the topics in Kafka, and set how long they keep events.

    Safe to run twice. The number of partitions is never changed.
    """
    from workers.relaying import print_topics

    with settings() as given:
        print_topics(given)


@commands.command()
def republish(position: Position) -> None:
    """Publish the log to Kafka again, from a position on.

    The relay does it, in order; consumers know what they have had before.
    """
    from adapters.postgres.finding import database
    from workers.relaying import republish_from

    with settings() as given, database(given) as url:
        republish_from(given, url, position)


@commands.command()
def events() -> None:
    """Print the reference of all events as Markdown."""
    from adapters.event_names import EVENT_TYPES
    from adapters.event_reference import reference

    typer.echo(reference(EVENT_TYPES), nl=False)


@commands.command()
def asyncapi() -> None:
    """Print the AsyncAPI document of what is published to Kafka."""
    import json

    from adapters.kafka.asyncapi import document

    typer.echo(json.dumps(document(), indent=2, ensure_ascii=False))


@commands.command()
def kafka(port: Port = None) -> None:
    """Run a Kafka broker of your own on this machine, to try it out.

    Needs Java 17 and Maven, which fetches it once.
    """
    from workers.relaying import run_broker

    with settings() as given:
        run_broker(given, port)
