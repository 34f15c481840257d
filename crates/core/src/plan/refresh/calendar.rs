//! When a cron expression last had a time, and whether a window is open. **All in UTC.**
//!
//! - Five fields, or six of which the first are the seconds; lists, ranges, steps, names; `L`, `15W`, `5#2`.
//! - Where both the day of the month and the weekday are restricted, one of them is enough.
//! - An expression without a time in the last eight years has none.

use crate::engine::refresh::Moment;

const DAY: i64 = 86_400;
/// The 29th of February may be eight years away.
const LOOK_BACK_DAYS: i64 = 366 * 8;

/// The times of a cron expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    months: u64,
    days: Days,
    weekdays: Weekdays,
}

/// Days of the month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Days {
    any: bool,
    set: u64,
    last: bool,
    /// The weekday that is next to each of these.
    near: u64,
}

/// Days of the week, Sunday the first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Weekdays {
    any: bool,
    set: u64,
    /// The last of these in the month.
    last: u64,
    /// The n-th of one in the month.
    nth: Vec<(u32, u32)>,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Cron {
    /// Reads an expression that a project accepts; none for another text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let (seconds, rest) = match words.as_slice() {
            [second, rest @ ..] if rest.len() == 5 => (set(second, (0, 59), &[])?, rest),
            rest => (1, rest),
        };
        let [minute, hour, day, month, weekday] = rest else {
            return None;
        };
        Some(Self {
            seconds,
            minutes: set(minute, (0, 59), &[])?,
            hours: set(hour, (0, 23), &[])?,
            months: set(month, (1, 12), &MONTHS)?,
            days: Days::parse(day)?,
            weekdays: Weekdays::parse(weekday)?,
        })
    }

    /// Its last time that is not after a moment.
    #[must_use]
    pub fn last(&self, now: Moment) -> Option<Moment> {
        let now = now.0.div_euclid(1_000);
        let today = now.div_euclid(DAY);
        let mut limit = now.rem_euclid(DAY);
        for day in (today - LOOK_BACK_DAYS..=today).rev() {
            if self.on(day)
                && let Some(second) = self.last_second(limit)
            {
                return Some(Moment((day * DAY + second) * 1_000));
            }
            limit = DAY - 1;
        }
        None
    }

    /// The last second of a day that is not after a limit.
    fn last_second(&self, limit: i64) -> Option<i64> {
        let in_set = |set: u64, number: i64| set >> number & 1 == 1;
        for hour in (0..=limit / 3_600).rev() {
            if !in_set(self.hours, hour) {
                continue;
            }
            let rest = (limit - hour * 3_600).min(3_599);
            for minute in (0..=rest / 60).rev() {
                if !in_set(self.minutes, minute) {
                    continue;
                }
                let most = (rest - minute * 60).min(59);
                let second = (0..=most)
                    .rev()
                    .find(|second| in_set(self.seconds, *second));
                if let Some(second) = second {
                    return Some(hour * 3_600 + minute * 60 + second);
                }
            }
        }
        None
    }

    fn on(&self, day: i64) -> bool {
        let date = Date::of(day);
        if self.months >> date.month & 1 == 0 {
            return false;
        }
        match (self.days.any, self.weekdays.any) {
            (true, true) => true,
            (true, false) => self.weekdays.on(&date),
            (false, true) => self.days.on(&date),
            (false, false) => self.weekdays.on(&date) || self.days.on(&date),
        }
    }
}

impl Days {
    fn parse(word: &str) -> Option<Self> {
        let mut days = Self::default();
        for item in word.split(',') {
            match item {
                "*" | "?" => days.any = true,
                "L" => days.last = true,
                _ => match item.strip_suffix('W') {
                    Some(day) => days.near |= 1 << number(day, (1, 31), &[])?,
                    None => days.set |= set(item, (1, 31), &[])?,
                },
            }
        }
        Some(days)
    }

    fn on(&self, date: &Date) -> bool {
        let near = (1..=31).filter(|day| self.near >> day & 1 == 1);
        self.set >> date.day & 1 == 1
            || self.last && date.day == date.length
            || near
                .into_iter()
                .any(|day| date.nearest_workday(day) == date.day)
    }
}

impl Weekdays {
    fn parse(word: &str) -> Option<Self> {
        let mut weekdays = Self::default();
        for item in word.split(',') {
            if matches!(item, "*" | "?") {
                weekdays.any = true;
            } else if item == "L" {
                weekdays.set |= 1 << 6;
            } else if let Some((day, nth)) = item.split_once('#') {
                let day = number(day, (0, 7), &WEEKDAYS)? % 7;
                weekdays.nth.push((day, number(nth, (1, 5), &[])?));
            } else if let Some(day) = item.strip_suffix('L').filter(|day| !day.is_empty()) {
                weekdays.last |= 1 << (number(day, (0, 7), &WEEKDAYS)? % 7);
            } else {
                let given = set(item, (0, 7), &WEEKDAYS)?;
                weekdays.set |= given | given >> 7 & 1;
            }
        }
        Some(weekdays)
    }

    fn on(&self, date: &Date) -> bool {
        let last = date.day + 7 > date.length;
        let nth = date.day.div_ceil(7);
        self.set >> date.weekday & 1 == 1
            || last && self.last >> date.weekday & 1 == 1
            || self.nth.contains(&(date.weekday, nth))
    }
}

/// A day, in parts.
struct Date {
    month: u32,
    day: u32,
    /// Days of the month.
    length: u32,
    /// Sunday is 0.
    weekday: u32,
}

impl Date {
    /// Of a number of days since 1970.
    fn of(day: i64) -> Self {
        // Counted from the first of March of the year 0: a leap day is the last day of its year.
        let days = day + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let date = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let small = |number: i64| u32::try_from(number).unwrap_or(0);
        Self {
            month: small(month),
            day: small(date),
            length: match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            },
            weekday: small((day + 4).rem_euclid(7)),
        }
    }

    /// The day of this month that is no Saturday or Sunday and next to that one.
    fn nearest_workday(&self, wanted: u32) -> u32 {
        let wanted = wanted.min(self.length);
        match (self.weekday + 35 + wanted - self.day) % 7 {
            6 if wanted == 1 => 3,
            6 => wanted - 1,
            0 if wanted == self.length => wanted - 2,
            0 => wanted + 1,
            _ => wanted,
        }
    }
}

/// The numbers of a list of ranges, as bits.
fn set(word: &str, bounds: (u32, u32), names: &[&str]) -> Option<u64> {
    let mut all = 0;
    for item in word.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|s| *s > 0)?)),
            None => (item, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => bounds,
            Some((from, to)) => (number(from, bounds, names)?, number(to, bounds, names)?),
            None => {
                let from = number(range, bounds, names)?;
                // A step from one number goes on to the end.
                (from, if step.is_some() { bounds.1 } else { from })
            }
        };
        let mut at = from;
        while at <= to {
            all |= 1_u64 << at;
            at += step.unwrap_or(1);
        }
    }
    Some(all)
}

fn number(word: &str, (from, to): (u32, u32), names: &[&str]) -> Option<u32> {
    let named = names.iter().zip(from..);
    let mut named = named.filter(|(name, _)| name.eq_ignore_ascii_case(word));
    let number = named.next().map(|(_, number)| number);
    let number = number.or_else(|| word.parse().ok())?;
    (from <= number && number <= to).then_some(number)
}

/// The hours of the day in which to refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// In minutes of the day; the end is not part of it.
    from: i64,
    to: i64,
}

impl Window {
    /// Reads `22:00-06:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let time = |text: &str| {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
            ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
        };
        let (from, to) = text.split_once('-')?;
        Some(Self {
            from: time(from)?,
            to: time(to)?,
        })
    }

    /// When it opens next; none while it is open.
    #[must_use]
    pub fn opens(&self, now: Moment) -> Option<Moment> {
        let minute = now.0.div_euclid(60_000).rem_euclid(24 * 60);
        let open = if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        };
        if open {
            return None;
        }
        let wait = (self.from - minute).rem_euclid(24 * 60);
        Some(Moment((now.0.div_euclid(60_000) + wait) * 60_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 22:07:10 UTC, a Friday.
    const NOW: Moment = Moment(1_795_212_430_000);

    fn last(text: &str) -> i64 {
        (Cron::parse(text).unwrap().last(NOW).unwrap().0 - NOW.0) / 1_000
    }

    #[test]
    fn last_times_are_found() {
        let (minute, hour) = (60, 3_600);
        assert_eq!(last("*/15 * * * *"), -(7 * minute + 10));
        assert_eq!(last("7 22 * * *"), -10);
        assert_eq!(last("8 22 * * *"), -10 + minute - 24 * hour);
        assert_eq!(last("10 7 22 * * *"), 0);
        assert_eq!(last("0 3 * * mon-fri"), -(19 * hour + 7 * minute + 10));
        assert_eq!(
            last("0 3 * * sat,7"),
            -(19 * hour + 7 * minute + 10) - 5 * 24 * hour
        );
        assert_eq!(
            last("0 3 * * 5L"),
            -(19 * hour + 7 * minute + 10) - 21 * 24 * hour
        );
        assert_eq!(last("0 3 * * fri#3"), -(19 * hour + 7 * minute + 10));
        assert_eq!(
            last("0 0 L * *"),
            -(22 * hour + 7 * minute + 10) - 20 * 24 * hour
        );
        assert_eq!(
            last("0 0 1 jan ?"),
            -(22 * hour + 7 * minute + 10) - 323 * 24 * hour
        );
        // The 15th of November 2026 is a Sunday.
        assert_eq!(
            last("0 0 15W * *"),
            -(22 * hour + 7 * minute + 10) - 4 * 24 * hour
        );
        assert_eq!(
            last("0 0 29 2 *"),
            -(22 * hour + 7 * minute + 10) - 995 * 24 * hour
        );
        assert_eq!(
            last("0 0 1 * mon"),
            -(22 * hour + 7 * minute + 10) - 4 * 24 * hour
        );
    }

    #[test]
    fn expressions_without_a_time_have_none() {
        assert_eq!(Cron::parse("0 0 30 2 *").unwrap().last(NOW), None);
        assert_eq!(Cron::parse("0 0 * *"), None);
    }

    #[test]
    fn windows_open_and_close() {
        let opens = |text| {
            let opens = Window::parse(text).unwrap().opens(NOW);
            opens.map(|at| (at.0 - NOW.0) / 60_000)
        };
        assert_eq!(opens("22:00-06:00"), None);
        assert_eq!(opens("22:07-22:08"), None);
        assert_eq!(opens("21:00-22:07"), Some(22 * 60 + 52));
        assert_eq!(opens("22:30-06:00"), Some(22));
        assert_eq!(opens("01:00-06:00"), Some(2 * 60 + 52));
    }
}
