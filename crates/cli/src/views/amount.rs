//! Amounts as people read them: storage, and rows.

/// Storage, as PostgreSQL counts it: `41 GB`.
pub(crate) fn size(bytes: u64) -> String {
    let units = [
        ("TB", 1_u64 << 40),
        ("GB", 1 << 30),
        ("MB", 1 << 20),
        ("kB", 1 << 10),
    ];
    let fitting = units.into_iter().find(|(_, length)| bytes >= *length);
    fitting.map_or_else(
        || format!("{bytes} B"),
        |(unit, length)| format!("{} {unit}", bytes / length),
    )
}

/// A number of things, to three places that matter: `950`, `9.1k`, `1.2M`.
pub(crate) fn number(n: u64) -> String {
    let units = [
        ("T", 1_000_000_000_000_u64),
        ("G", 1_000_000_000),
        ("M", 1_000_000),
        ("k", 1_000),
    ];
    let fitting = units.into_iter().find(|(_, length)| n >= *length);
    fitting.map_or_else(
        || n.to_string(),
        |(unit, length)| {
            let tenths = n.saturating_mul(10) / length;
            match tenths {
                100.. => format!("{}{unit}", tenths / 10),
                _ => format!("{}.{}{unit}", tenths / 10, tenths % 10),
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        let numbers = [0, 999, 1_000, 9_190, 41_000, 1_250_000];
        let shown: Vec<String> = numbers.into_iter().map(number).collect();
        assert_eq!(shown, ["0", "999", "1.0k", "9.1k", "41k", "1.2M"]);
        let sizes = [0, 1_023, 8_192, 5 << 30];
        let shown: Vec<String> = sizes.into_iter().map(size).collect();
        assert_eq!(shown, ["0 B", "1023 B", "8 kB", "5 GB"]);
    }
}
