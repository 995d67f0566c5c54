"""What higher rooms are told of, in the transaction of its cause: this room knows none of them."""

from django.dispatch import Signal

# Somebody works here no more: the carer left (`worker` is None: everybody of the business), or one person was removed.
# Sent with `carer`, `worker` and `by`.
gone = Signal()
# A paper counts from now on, or counts no more: it was accepted, or that was withdrawn (`evidence.outcome`).
# Sent with `evidence` and `by`.
counted = Signal()
