//! Ids of runs as people see them: as far as they are unique, four characters at least.

use dormer_core::engine::RunId;

/// So many runs are looked at for what is unique.
pub(crate) const LOOK_BACK: u32 = 200;

const LEAST: usize = 4;

/// The beginning of an id that no other of these runs has.
pub(crate) fn shown<'r>(run: &'r RunId, others: impl IntoIterator<Item = &'r RunId>) -> &'r str {
    let id = run.as_str();
    let shared = |other: &RunId| {
        let pairs = id.bytes().zip(other.as_str().bytes());
        pairs.take_while(|(a, b)| a == b).count() + 1
    };
    let others = others.into_iter().filter(|other| *other != run);
    let needed = others.map(shared).max().unwrap_or(LEAST);
    // Ids are of one byte a character, all of one length.
    id.get(..needed.max(LEAST)).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_long_as_they_must_be() {
        let id = |text: &str| RunId::parse(text).unwrap();
        let runs = [id("7f3a000000"), id("7f3b000000"), id("7f3b010000")];
        assert_eq!(shown(&runs[0], &runs), "7f3a");
        assert_eq!(shown(&runs[1], &runs), "7f3b00");
        assert_eq!(shown(&runs[0], []), "7f3a");
    }
}
