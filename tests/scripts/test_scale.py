"""The plan's figures are those that its inputs give."""

import scale


def test_the_tables_of_the_page_are_computed_from_their_inputs() -> None:
    page = scale.PAGE.read_text("utf-8")
    assert scale.with_tables(page) == page


def test_a_column_by_hand() -> None:
    table = scale.tables()
    assert "| originals, TB | 30 | 300 | 3,000 |" in table
    assert "| list requests, of 1,000 objects | 10,000 | 100,000 | 1,000,000 |" in table
