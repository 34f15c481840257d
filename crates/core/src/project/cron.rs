//! The form of cron expressions: how many fields, and what each accepts.
//!
//! **What is accepted here has times:** numbers in their ranges, names of months and weekdays,
//! lists, ranges and steps. When they are is asked of the schedule itself.

/// What one field accepts.
struct Field {
    from: u32,
    to: u32,
    /// What stands for `from`, `from + 1`, ..
    names: &'static [&'static str],
    /// `?`, `L`, `15W` and `5#2`, which only days have.
    marks: &'static [char],
}

const fn numbers(from: u32, to: u32) -> Field {
    Field {
        from,
        to,
        names: &[],
        marks: &[],
    }
}

const FIELDS: [Field; 6] = [
    numbers(0, 59),
    numbers(0, 59),
    numbers(0, 23),
    Field {
        marks: &['?', 'L', 'W'],
        ..numbers(1, 31)
    },
    Field {
        names: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
        ..numbers(1, 12)
    },
    Field {
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
        marks: &['?', 'L', '#'],
        ..numbers(0, 7)
    },
];

/// Tells whether a text is a cron expression; of six fields the first are the seconds.
pub(super) fn is_cron(text: &str) -> bool {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let Some(left_out) = FIELDS
        .len()
        .checked_sub(words.len())
        .filter(|left_out| *left_out < 2)
    else {
        return false;
    };
    let fields = FIELDS.iter().skip(left_out);
    words
        .into_iter()
        .zip(fields)
        .all(|(word, field)| word.split(',').all(|item| field.accepts(item)))
}

impl Field {
    fn accepts(&self, item: &str) -> bool {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let steps = |step: &str| number(step).is_some_and(|step| step > 0 && step <= self.to);
        step.is_none_or(steps) && self.holds(range)
    }

    fn holds(&self, range: &str) -> bool {
        match range {
            "*" => return true,
            "?" | "L" => return range.chars().all(|mark| self.marks.contains(&mark)),
            _ => {}
        }
        if let Some((from, to)) = range.split_once('-') {
            let both = self.value(from).zip(self.value(to));
            return both.is_some_and(|(from, to)| from <= to);
        }
        if let Some((day, nth)) = range.split_once('#') {
            let nth = number(nth).is_some_and(|nth| (1..=5).contains(&nth));
            return self.marks.contains(&'#') && nth && self.value(day).is_some();
        }
        let marked = |mark: &char| range.strip_suffix(*mark);
        let day = self.marks.iter().find_map(marked).unwrap_or(range);
        self.value(day).is_some()
    }

    fn value(&self, word: &str) -> Option<u32> {
        let named = self.names.iter().zip(self.from..);
        let mut named = named.filter(|(name, _)| name.eq_ignore_ascii_case(word));
        let value = named
            .next()
            .map(|(_, value)| value)
            .or_else(|| number(word))?;
        (self.from <= value && value <= self.to).then_some(value)
    }
}

fn number(word: &str) -> Option<u32> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_with_times_are_accepted() {
        for text in [
            "*/15 * * * *",
            "0 3 * * MON-fri",
            "0 0,30 8-18/2 1,15 jan ?",
            "5 4 L * 5#2",
            "5 4 15W * 5L",
            "0 0 * * 7",
        ] {
            assert!(is_cron(text), "{text}");
        }
    }

    #[test]
    fn expressions_without_times_are_refused() {
        for text in [
            "",
            "* * * *",
            "* * * * * * *",
            "99 99 99 99 99",
            "60 * * * *",
            "0 24 * * *",
            "0 0 0 * *",
            "0 0 * 13 *",
            "0 0 * * 8",
            "*/0 * * * *",
            "30-10 * * * *",
            "0 0 * * 5#6",
            "0 0 * * mo",
            "1,,2 * * * *",
            "? * * * *",
        ] {
            assert!(!is_cron(text), "{text}");
        }
    }
}
