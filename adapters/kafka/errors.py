"""Why there is nothing to be had of Kafka, said to a person.

KafkaFailed
├── KafkaIsOff
├── KafkaUnavailable
├── TopicsDiffer
├── BrokerRuns
├── BrokerNeedsJava
└── BrokerDidNotStart
"""

from domain.saying import SaysWhyInBrackets


class KafkaFailed(SaysWhyInBrackets):
    """Kafka cannot be used."""


class KafkaIsOff(KafkaFailed):
    """No Kafka is named here; set KAFKA_BOOTSTRAP_SERVERS to its address, e.g. 127.0.0.1:9092."""


class KafkaUnavailable(KafkaFailed):
    """Kafka does not answer, or does not take what it is sent; check KAFKA_BOOTSTRAP_SERVERS, that
    its brokers run, and that `topics` was run.
    """


class TopicsDiffer(KafkaFailed):
    """These topics have another number of partitions than AMTSWEG_KAFKA_PARTITIONS says, and the
    order of each stream hangs on it; set the number that they have, or another
    AMTSWEG_KAFKA_TOPIC_PREFIX:
    """


class BrokerRuns(KafkaFailed):
    """A broker runs in this folder already; use that one, or end it, or choose another folder by
    AMTSWEG_HOME:
    """


class BrokerNeedsJava(KafkaFailed):
    """A Kafka of one's own needs Java 17 or newer and Maven, e.g. the packages
    openjdk-17-jre-headless and maven; or name one that runs elsewhere by KAFKA_BOOTSTRAP_SERVERS.
    """


class BrokerDidNotStart(KafkaFailed):
    """The Kafka broker did not start; its log tells why:"""
