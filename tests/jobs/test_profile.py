"""What a person told, kept and read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Life, Sex
from jobs.suggest.profile import Profile

PROFILES = st.builds(
    Profile,
    diet=st.none() | st.sampled_from(Diet),
    allergens=st.frozensets(st.sampled_from(Allergen)),
    dislikes=st.frozensets(st.text(max_size=8)),
    traits=st.frozensets(st.sampled_from(["kidney_disease", "water_pill"])),
    age=st.none() | st.integers(0, 120),
    sex=st.none() | st.sampled_from(Sex),
    life=st.sampled_from(Life),
    skin=st.none() | st.integers(1, 6),
    weight=st.none() | st.floats(20, 300),
)


@given(PROFILES)
def test_a_profile_survives_the_database(profile: Profile) -> None:
    """What was told comes back, and what was not stays unknown."""
    assert profile == Profile.from_json(profile.to_json())


def test_nothing_told_is_nothing_stored() -> None:
    """An empty profile is an empty row, and the other way round."""
    assert {} == Profile().to_json()
    assert Profile() == Profile.from_json(None)


def test_what_a_later_version_wrote_is_kept() -> None:
    """An older program beside a newer one must not forget for it."""
    stored = {"diet": "vegan", "moon_phase": "full"}

    assert stored == Profile.from_json(stored).to_json()


def test_an_impossible_value_is_an_error() -> None:
    """Never read as something else."""
    with pytest.raises(ValueError, match="carnivore"):
        Profile.from_json({"diet": "carnivore"})
