import pytest

from tests.db.knowledge.readability import grade, syllables


@pytest.mark.parametrize(
    ("expected", "word"),
    [(1, "cramp"), (1, "nerve"), (1, "helped"), (2, "little"), (2, "treated"), (3, "disorder")],
)
def test_syllables_are_counted_as_spoken(expected: int, word: str) -> None:
    """Silent endings do not count, spoken ones do."""
    assert expected == syllables(word)


def test_plain_words_grade_lower_than_learned_ones() -> None:
    """The measure can tell a plain sentence from a learned one, on both sides of grade eight."""
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Idiopathic nocturnal cramping necessitates comprehensive electrolyte evaluation.") > 15
