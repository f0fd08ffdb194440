"""All the ways in which the questions of the check can be answered without a red flag."""

from hypothesis import strategies as st

from db.knowledge.loader import load
from db.knowledge.questionnaire import Question

EDITION = load().edition("en")
CHECK = EDITION.questionnaire


def _ways_to_answer(question: Question) -> st.SearchStrategy[frozenset[str]]:
    ids = [answer.id for answer in question.answers if not answer.stop]
    return st.frozensets(st.sampled_from(ids), min_size=1, max_size=len(ids) if question.many else 1)


ANSWERS = st.fixed_dictionaries({question.id: _ways_to_answer(question) for question in CHECK.questions})
