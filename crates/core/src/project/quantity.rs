//! Lengths of time and amounts of storage as people write them: `90s`, `20GB`, `15%`.
//!
//! **Display gives the shortest exact form, and parsing that form gives the same value.**

use std::fmt;

/// A length of time in whole milliseconds, shown as people write it: `5m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    pub milliseconds: u64,
}

impl Duration {
    pub const ZERO: Self = Self { milliseconds: 0 };
}

const TIME_UNITS: [(&str, u64); 5] = [
    ("d", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// The units of PostgreSQL, each 1024 of the one before.
const SIZE_UNITS: [(&str, u64); 5] = [
    ("TB", 1 << 40),
    ("GB", 1 << 30),
    ("MB", 1 << 20),
    ("kB", 1 << 10),
    ("B", 1),
];

impl Duration {
    /// Reads `30s`, `500ms`, or several parts from the longest to the shortest: `1h30m`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut milliseconds = 0_u64;
        let mut before = u64::MAX;
        while !rest.is_empty() {
            let (number, after) = split_number(rest)?;
            let letters = after
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(after.len());
            let (unit, after) = after.split_at_checked(letters)?;
            let (_, length) = TIME_UNITS.into_iter().find(|(name, _)| *name == unit)?;
            if length >= before {
                return None;
            }
            before = length;
            milliseconds = milliseconds.checked_add(number.checked_mul(length)?)?;
            rest = after;
        }
        (before != u64::MAX).then_some(Self { milliseconds })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milliseconds == 0 {
            return f.write_str("0s");
        }
        let mut parts = String::new();
        let mut rest = self.milliseconds;
        for (unit, length) in TIME_UNITS
            .into_iter()
            .filter(|(_, length)| *length <= self.milliseconds)
        {
            if rest >= length {
                parts.push_str(&format!("{}{unit}", rest / length));
                rest %= length;
            }
        }
        let whole = |(_, length): &(&str, u64)| self.milliseconds.is_multiple_of(*length);
        let single = TIME_UNITS
            .into_iter()
            .find(whole)
            .map_or_else(String::new, |(unit, length)| {
                format!("{}{unit}", self.milliseconds / length)
            });
        // `90m` reads better than `1h30m`, so a tie goes to the single unit.
        f.write_str(if single.len() <= parts.len() {
            &single
        } else {
            &parts
        })
    }
}

/// An amount of storage: bytes, or a part of the free space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    Bytes(u64),
    /// From 0 to 100.
    Percent(u8),
}

impl Size {
    /// Reads `500MB`, `20GB` or `15%`; a unit is 1024 of the one before, as in PostgreSQL.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = split_number(text)?;
        let unit = unit.trim_start();
        if unit == "%" {
            let percent = u8::try_from(number).ok()?;
            return (percent <= 100).then_some(Self::Percent(percent));
        }
        let known = |(name, _): &(&str, u64)| name.eq_ignore_ascii_case(unit);
        let (_, length) = SIZE_UNITS.into_iter().find(known)?;
        number.checked_mul(length).map(Self::Bytes)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Bytes(0) => f.write_str("0B"),
            Self::Bytes(bytes) => {
                let whole = SIZE_UNITS
                    .iter()
                    .find(|(_, length)| bytes.is_multiple_of(*length));
                let (unit, length) = whole.copied().unwrap_or(("B", 1));
                write!(f, "{}{unit}", bytes / length)
            }
        }
    }
}

fn split_number(text: &str) -> Option<(u64, &str)> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        Duration::parse(text).map(|duration| duration.to_string())
    }

    #[test]
    fn durations_show_their_shortest_form() {
        assert_eq!(shown("60s").unwrap(), "1m");
        assert_eq!(shown("24h").unwrap(), "1d");
        assert_eq!(shown("1h30m").unwrap(), "90m");
        assert_eq!(shown("1500ms").unwrap(), "1500ms");
        assert_eq!(shown("100001s").unwrap(), "100001s");
        assert_eq!(shown("500ms").unwrap(), "500ms");
        assert_eq!(shown("0s").unwrap(), "0s");
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "5", "m", "5 m", "-5m", "5M", "5m1h", "5m5m", "1.5h"] {
            assert_eq!(shown(text), None, "{text}");
        }
        assert_eq!(shown("99999999999999999999d"), None);
        assert_eq!(shown("18446744073709551615d"), None);
    }

    #[test]
    fn sizes_are_bytes_or_percent() {
        assert_eq!(Size::parse("20GB"), Some(Size::Bytes(20 << 30)));
        assert_eq!(Size::parse("15%"), Some(Size::Percent(15)));
        assert_eq!(Size::parse("101%"), None);
        assert_eq!(Size::parse("20"), None);
        assert_eq!(Size::parse("20GB").unwrap().to_string(), "20GB");
    }

    proptest::proptest! {
        #[test]
        fn durations_survive_being_shown(milliseconds: u64) {
            let duration = Duration { milliseconds };
            proptest::prop_assert_eq!(Duration::parse(&duration.to_string()), Some(duration));
        }

        #[test]
        fn sizes_survive_being_shown(bytes: u64) {
            let size = Size::Bytes(bytes);
            proptest::prop_assert_eq!(Size::parse(&size.to_string()), Some(size));
        }

        #[test]
        fn no_text_breaks_a_quantity(text in ".*") {
            let _ = (Duration::parse(&text), Size::parse(&text));
        }
    }
}
