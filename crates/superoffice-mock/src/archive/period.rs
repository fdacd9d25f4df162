//! Periods relative to a day: this week, the next three months, the previous quarter. It takes a unit with its word, two
//! distances from the running period and the day, and returns the first day inside and the first after; weeks begin on
//! Monday. Periods beyond the calendar end with it; words for no unit are refused.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Half,
    Year,
}

/// Whole units one after the other, counted from the running one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    unit: Unit,
    /// The first unit: 0 is the running one, -1 the one before.
    first: i64,
    /// The last unit; nothing lies within where it is before the first.
    last: i64,
}

impl Unit {
    /// The unit of a word of the restriction language, as `weeks`.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let units = [
            ("day", Self::Day),
            ("week", Self::Week),
            ("month", Self::Month),
            ("quarter", Self::Quarter),
            ("year", Self::Year),
        ];
        let word = word.to_ascii_lowercase();
        let word = word.strip_suffix('s').unwrap_or(&word);
        let found = units.into_iter().find(|(name, _)| *name == word);
        found.map(|(_, unit)| unit)
    }

    /// The day on which the unit that holds `day` begins.
    fn start(self, day: Date) -> Option<Date> {
        let months = match self {
            Self::Day => return Some(day),
            Self::Week => {
                let after_monday = day.weekday().since(Weekday::Monday);
                return day.checked_sub(i64::from(after_monday).days()).ok();
            }
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Year => 12,
        };
        let month = (day.month() - 1) / months * months + 1;
        Date::new(day.year(), month, 1).ok()
    }

    /// So many units.
    fn times(self, count: i64) -> Option<Span> {
        let span = Span::new();
        match self {
            Self::Day => span.try_days(count).ok(),
            Self::Week => span.try_weeks(count).ok(),
            Self::Month => span.try_months(count).ok(),
            Self::Quarter => span.try_months(count.checked_mul(3)?).ok(),
            Self::Half => span.try_months(count.checked_mul(6)?).ok(),
            Self::Year => span.try_years(count).ok(),
        }
    }
}

impl Period {
    /// From the unit `first` away from the running one to the unit `last` away from it.
    pub(crate) const fn new(unit: Unit, first: i64, last: i64) -> Self {
        Self { unit, first, last }
    }

    /// Whether `day` lies within, seen from `today`.
    pub(crate) fn holds(self, day: Date, today: Date) -> bool {
        let from = self
            .begins(self.first, today)
            .is_none_or(|first| day >= first);
        let next = self.last.saturating_add(1);
        let before_end = match self.begins(next, today) {
            Some(end) => day < end,
            // Beyond the calendar, on the side that the distance points to.
            None => next > 0,
        };
        from && before_end
    }

    /// The first day of the unit that is `distance` away from the running one.
    fn begins(self, distance: i64, today: Date) -> Option<Date> {
        let start = self.unit.start(today)?;
        start.checked_add(self.unit.times(distance)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::{Period, Unit};

    /// First and last day of a period, seen from a Thursday.
    fn days(unit: Unit, first: i64, last: i64) -> (Date, Date) {
        let today = date(2024, 2, 29);
        let period = Period::new(unit, first, last);
        let mut within = date(2020, 1, 1)
            .series(jiff::ToSpan::days(1))
            .take_while(|day| *day < date(2029, 1, 1))
            .filter(|day| period.holds(*day, today));
        let first = within.next();
        let last = within.last().or(first);
        (first.unwrap_or(Date::ZERO), last.unwrap_or(Date::ZERO))
    }

    #[test]
    fn periods_are_whole_units() {
        let cases = [
            (Unit::Day, 0, 0, "2024-02-29", "2024-02-29"),
            (Unit::Day, -1, 1, "2024-02-28", "2024-03-01"),
            (Unit::Week, 0, 0, "2024-02-26", "2024-03-03"),
            (Unit::Week, -1, -1, "2024-02-19", "2024-02-25"),
            (Unit::Week, 1, 2, "2024-03-04", "2024-03-17"),
            (Unit::Month, 0, 0, "2024-02-01", "2024-02-29"),
            (Unit::Month, 1, 1, "2024-03-01", "2024-03-31"),
            (Unit::Month, -2, -1, "2023-12-01", "2024-01-31"),
            (Unit::Quarter, 0, 0, "2024-01-01", "2024-03-31"),
            (Unit::Quarter, -1, -1, "2023-10-01", "2023-12-31"),
            (Unit::Half, 0, 0, "2024-01-01", "2024-06-30"),
            (Unit::Year, 0, 1, "2024-01-01", "2025-12-31"),
        ];
        for (unit, first, last, begins, ends) in cases {
            let (found, until) = days(unit, first, last);
            let found = (found.to_string(), until.to_string());
            assert_eq!(found, (begins.to_owned(), ends.to_owned()), "{unit:?}");
        }
    }

    #[test]
    fn no_units_hold_nothing_and_endless_ones_hold_all() {
        assert_eq!(days(Unit::Week, 1, 0), (Date::ZERO, Date::ZERO));
        let today = date(2024, 2, 29);
        for far in [10_000_000_000, i64::MAX] {
            let next = Period::new(Unit::Year, 1, far);
            assert!(next.holds(date(2025, 1, 1), today) && !next.holds(today, today));
            let previous = Period::new(Unit::Quarter, -far, -1);
            assert!(previous.holds(date(2023, 12, 31), today) && !previous.holds(today, today));
        }
    }
}
