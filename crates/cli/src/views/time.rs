//! Times as people read them: how long, and when.

use dormer_deploy::Timestamp;

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
    let seconds = u64::try_from(seconds).unwrap_or(0);
    let stamp = Timestamp(seconds.saturating_mul(1_000)).to_string();
    let shown = stamp.get(..19).unwrap_or(&stamp).replace('T', " ");
    format!("{shown} UTC")
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
    fn moments_are_in_one_zone_and_say_so() {
        assert_eq!(moment(1_709_251_199), "2024-02-29 23:59:59 UTC");
        assert_eq!(moment(-1), "1970-01-01 00:00:00 UTC");
    }
}
