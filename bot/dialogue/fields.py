"""THE tables of what a person can tell: what about themself, and how to be talked to. One row a field.

`bot.dialogue.telling` has the ways in which a value is told and kept.
"""

from collections.abc import Mapping
from datetime import time

from bot.dialogue.telling import choices
from bot.dialogue.telling.by_choice import ByChoice
from bot.dialogue.telling.choices import table, traits
from bot.dialogue.telling.clock_time import ClockTime
from bot.dialogue.telling.field import Field
from bot.dialogue.telling.kept import ManyValues, OneValue, Preference, TraitsOfKind
from bot.dialogue.telling.morning import MorningCard
from bot.dialogue.telling.quiet_hours import QuietHours
from bot.dialogue.telling.spot import WhereTheSunIs
from bot.dialogue.telling.sunny import MinutesOfSun
from bot.dialogue.telling.training import Training
from bot.dialogue.words import mark
from db.knowledge.foods import Allergen, Diet
from db.knowledge.intakes import Sex
from db.knowledge.safety import TraitKind
from jobs.preferences import Tone, Units
from jobs.suggest.profile import Cramps

PROFILE = (
    Field("diet", mark("Diet"), mark("So that I only name foods you eat."), "vegan",
          ByChoice(table(choices.DIETS), OneValue("diet", Diet)), synonyms=("eating", "food", "eat")),
    Field("allergies", mark("Allergies"), mark("So that I never name a food that harms you."), "nuts soy",
          ByChoice(table(choices.ALLERGENS), ManyValues("allergens", Allergen), many=True),
          synonyms=("allergy", "allergens", "allergic", "intolerances")),
    Field("dislikes", mark("Dislikes"), mark("So that I leave out foods you don't like."), "spinach +kale",
          ByChoice(choices.foods, ManyValues("dislikes"), many=True, offered=False), awaits=True,
          synonyms=("dislike", "not for me", "hate")),
    Field("conditions", mark("Conditions"), mark("Some make a food, salt, sun or a stretch a bad idea."), "kidney",
          ByChoice(traits(TraitKind.CONDITION), TraitsOfKind(TraitKind.CONDITION), many=True),
          synonyms=("condition", "illness", "illnesses", "disease", "diseases", "health")),
    Field("medicines", mark("Medicines"), mark("Some cause cramps, and some don't go with foods, salt or sun."),
          "water pill",
          ByChoice(traits(TraitKind.MEDICINE), TraitsOfKind(TraitKind.MEDICINE), many=True),
          synonyms=("medicine", "medication", "medications", "meds", "med", "drugs", "pills", "tablets")),
    Field("age", mark("Age"), mark("Reference amounts and some cautions depend on it."), "under 18",
          ByChoice(table(choices.AGES), OneValue("age", int), own=choices.age), synonyms=("years", "old")),
    Field("sex", mark("Sex"), mark("Reference amounts depend on it. Nothing else does."), "female",
          ByChoice(table(choices.SEXES), OneValue("sex", Sex)), synonyms=("gender",)),
    Field("weight", mark("Weight"), mark("For amounts to drink after long exercise."), "70 kg",
          ByChoice(table({}), OneValue("weight", float), offered=False, own=choices.weight, unit=" kg"), awaits=True,
          synonyms=("kg", "pounds")),
    Field("cramps", mark("Cramps"), mark("So that stretches come when they may help: before bed, after exercise."),
          "night", ByChoice(table(choices.CRAMPS), OneValue("cramps", Cramps)),
          synonyms=("cramp", "when cramps", "cramping")),
    Field("workouts", mark("Workouts"), mark("For a drink or a stretch after them."), "mon wed 18:00 45 min run",
          Training(), awaits=True, moves=True, synonyms=("workout", "training", "trainings", "sport", "sports",
                                                         "exercise", "gym")),
    Field("skin", mark("Skin"), mark("How the sun treats your skin: for cautions about daylight."), "2",
          ByChoice(table(choices.SKINS), OneValue("skin", int)), moves=True, synonyms=("skin type", "skintype")),
    Field("place", mark("Place"),
          mark("For the sun at your place, and nothing else. I round it to about 10 km. Without it I know only your "
               "time zone. Write your city, or share your location (the paperclip)."), "Lisbon",
          WhereTheSunIs(), awaits=True, moves=True, unset=mark("time zone only"),
          synonyms=("location", "city", "where", "town")),
    Field("sun", mark("Sun"), mark("Up to so many minutes of sun, by your skin and the sun at your place. Off until "
                                   "you want it, and only for adults."), "on",
          MinutesOfSun(), unset=mark("off"), moves=True, synonyms=("sunlight", "daylight", "sunshine")),
    Field("nutrients", mark("Nutrients"), mark("What the food nudge is about."), "magnesium calcium",
          ByChoice(choices.nutrients, ManyValues("nutrients"), many=True), unset=mark("magnesium"),
          synonyms=("nutrient", "minerals", "vitamins")),
)  # fmt: skip

PREFERENCES = (
    Field("quiet", mark("Quiet hours"), mark("Nothing comes in these hours; it waits until they are over."),
          "22:00-07:30 weekdays", QuietHours(), health=False, moves=True, awaits=True, unset=mark("none"),
          synonyms=("quiet hours", "quiet time", "silence", "silent", "do not disturb", "dnd")),
    Field("day", mark("Start of day"), mark("What you do before it counts for the day before."), "04:00",
          ClockTime("day_start", (time(0), time(3), time(4), time(5), time(6)), latest=time(8)), health=False,
          moves=True, awaits=True, synonyms=("start of day", "day start", "start of the day", "new day")),
    Field("bedtime", mark("Bedtime"), mark("For what comes before you go to bed."), "22:30",
          ClockTime("bedtime", (time(21, 30), time(22), time(22, 30), time(23), time(23, 30), time(0))), health=False,
          moves=True, awaits=True, synonyms=("bed", "bed time", "sleep")),
    Field("units", mark("Units"), mark("For amounts to drink and to eat."), "metric",
          ByChoice(table(choices.UNITS), Preference("units", {unit.value: unit for unit in Units})), health=False,
          unset=mark("by your language"), synonyms=("unit", "measures")),
    Field("tone", mark("Tone"), mark("How nudges sound."), "brief",
          ByChoice(table(choices.TONES), Preference("tone", {tone.value: tone for tone in Tone})), health=False,
          synonyms=("style", "voice")),
    Field("preview", mark("Lock screen"), mark("Neutral words show nothing about your health until you open a nudge."),
          "neutral",
          ByChoice(table(choices.PREVIEWS), Preference("neutral", {"full": False, "neutral": True})), health=False,
          synonyms=("lock screen", "lockscreen", "privacy", "previews")),
    Field("morning", mark("Morning card"), mark("One message a day with today's plan, to tick off."), "07:30",
          MorningCard(), health=False, awaits=True, unset=mark("off"),
          synonyms=("morning card", "today")),
)  # fmt: skip

FIELDS: Mapping[str, Field] = {field.name: field for field in (*PROFILE, *PREFERENCES)}
