//! Times as people read them: how long, and when.

/// A length of time, to two places that matter: `340 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `4 d 2 h`.
pub(crate) fn length(ms: u64) -> String {
    let (seconds, minutes, hours) = (ms / 1_000, ms / 60_000, ms / 3_600_000);
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{seconds}.{} s", ms % 1_000 / 100),
        60_000..3_600_000 => format!("{minutes} min {} s", seconds % 60),
        3_600_000..86_400_000 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{} d {} h", hours / 24, hours % 24),
    }
}

/// The same in whole seconds, for a line that is written anew all the time.
pub(crate) fn seconds(ms: u64) -> String {
    match ms {
        0..60_000 => format!("{} s", ms / 1_000),
        _ => length(ms),
    }
}

/// A moment in seconds since 1970: `2026-11-20 18:57:46 UTC`.
pub(crate) fn moment(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// The same as programs read it: `2026-11-20T18:57:46.120Z`, of milliseconds since 1970.
pub(crate) fn stamp(ms: u64) -> String {
    let seconds = i64::try_from(ms / 1_000).unwrap_or(i64::MAX);
    let moment = moment(seconds).replacen(' ', "T", 1);
    let moment = moment.trim_end_matches(" UTC");
    format!("{moment}.{:03}Z", ms % 1_000)
}

/// Year, month and day of a day since 1970, in the Gregorian calendar.
fn date(days: i64) -> (i64, i64, i64) {
    // Counted from the first of March of a year that 400 divides, so that a leap day ends its year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (year_of_era + era * 400 + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_places() {
        let lengths: Vec<String> = [999, 4_290, 192_000, 7_500_000, 352_800_000]
            .into_iter()
            .map(length)
            .collect();
        assert_eq!(
            lengths,
            ["999 ms", "4.2 s", "3 min 12 s", "2 h 5 min", "4 d 2 h"]
        );
    }

    #[test]
    fn moments_know_leap_years() {
        assert_eq!(moment(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(moment(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(moment(1_709_251_199), "2024-02-29 23:59:59 UTC");
        assert_eq!(moment(4_107_542_400), "2100-03-01 00:00:00 UTC");
        assert_eq!(moment(-1), "1969-12-31 23:59:59 UTC");
        assert_eq!(stamp(1_709_251_199_007), "2024-02-29T23:59:59.007Z");
    }
}
