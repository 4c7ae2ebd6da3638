"""The services of the board: apart, because nothing else reads across all leads."""

import os
from functools import cache

from followthrough.adapters.dynamodb_board import DynamoDBBoardBook
from followthrough.adapters.sending_wiring import sending_services
from followthrough.use_cases.board import BoardServices


@cache
def board_services() -> BoardServices:
    """The services of this container."""
    base = sending_services()
    return BoardServices(**vars(base), book=DynamoDBBoardBook(os.environ["TABLE_NAME"], base.clock))
