"""What clients said, and what became of their well-being."""

from typing import Final

from sqlalchemy import and_

from rules.aftercare.outcomes import WELL_BEING, Outcome
from rules.cases import SURVEY_QUESTIONS, Mark
from rules.reports.asked import Asked
from services.reports.declared.report import PLACES, Column, Facts, Report, mean_times, rate, within


def _survey(f: Facts, asked: Asked) -> tuple[Column, ...]:
    done = within(f.certified_on, asked.period)
    found = [
        rate(
            "answered",
            "Answered",
            "Clients who answered, of those whose works were signed off in the period.",
            of=and_(done, f.said_overall.is_not(None)),
            among=done,
        )
    ]
    for question in SURVEY_QUESTIONS:
        said = f[f"said_{question}"]
        found.append(
            mean_times(
                question,
                question.replace("_", " ").capitalize(),
                f"The mean of what they said, {Mark.POOR.value} (poor) to "
                f"{Mark.EXCELLENT.value} (excellent)."
                if question == SURVEY_QUESTIONS[0]
                else "",
                of=done,
                value=said,
            )
        )
    return tuple(found)


SURVEY: Final = Report(
    name="survey",
    title="What clients said",
    asks="How satisfied are clients, on HEART’s six themes?",
    ways=PLACES,
    columns=_survey,
    chart="overall",
)


def _outcomes(f: Facts, asked: Asked) -> tuple[Column, ...]:
    done = within(f.certified_on, asked.period)
    found = [Column("done", "Completed", "Works signed off.", of=done)]
    for number, (domain, title) in enumerate(WELL_BEING.items()):
        result = f[f"care_{domain}"]
        found.append(
            rate(
                domain,
                title,
                "Where it was recorded, the share that achieved what they wanted of it."
                if number == 0
                else "",
                of=and_(done, result == Outcome.ACHIEVED.value),
                among=and_(done, result.is_not(None)),
            )
        )
    return tuple(found)


OUTCOMES: Final = Report(
    name="outcomes",
    title="Care Act outcomes",
    asks="What became of the client’s well-being (Care Act 2014, s.1(2))?",
    ways=PLACES,
    columns=_outcomes,
    chart="done",
)
