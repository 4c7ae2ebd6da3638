"""What SES publishes to a topic only to say that it can."""

_VALIDATED = "Successfully validated SNS topic for Amazon SES"
_SUBSCRIBED = '"AmazonSnsSubscriptionSucceeded"'
_SUBSCRIBED_IN_WORDS = "You have successfully subscribed your Amazon SNS topic"
_LONGEST_NOTICE = 1000


def is_setup_notice(message: str) -> bool:
    """Whether the message of an SNS record is SES's test of the topic, as a sentence or as JSON. It is about no
    e-mail. Real messages are longer.
    """
    if len(message) > _LONGEST_NOTICE:
        return False
    text = message.strip()
    return text.startswith((_VALIDATED, _SUBSCRIBED_IN_WORDS)) or (text.startswith("{") and _SUBSCRIBED in text)
