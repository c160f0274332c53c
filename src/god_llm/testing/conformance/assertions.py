"""What fails in a law is shown with its values, as in a test of one's own: to be imported before the laws."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    *(
        f"{__package__}.{group}"
        for group in ("asking", "failures", "injection", "interruption", "keys", "provider", "reading", "template")
    )
)
