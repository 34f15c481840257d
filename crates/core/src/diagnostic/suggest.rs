//! Finds what somebody most likely meant by a misspelled word.
//!
//! **The work is bounded:** a file of a thousand mistakes beside a thousand names would be compared
//! a million times, so whoever asks for many words asks through [`Proposals`].

/// How many candidates are compared for all the words that one [`Proposals`] is asked for.
const COMPARISONS: usize = 200_000;

/// Proposals for many misspelled words: the first ones get theirs, and once enough candidates
/// were compared the others get none.
#[derive(Debug)]
pub struct Proposals {
    left: usize,
}

impl Default for Proposals {
    fn default() -> Self {
        Self { left: COMPARISONS }
    }
}

impl Proposals {
    /// Finds what was meant, as [`suggest`] does, while there is work left to spend.
    pub fn suggest<'a>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        suggest(word, self.spend(candidates))
    }

    /// Tells whether no candidate is compared any more.
    #[must_use]
    pub const fn are_spent(&self) -> bool {
        self.left == 0
    }

    /// Counts the candidates that are looked at, for a comparison of another kind.
    pub fn spend<T>(&mut self, candidates: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let spent = self.are_spent();
        let candidates = candidates.into_iter().take_while(move |_| !spent);
        candidates.inspect(|_| self.left = self.left.saturating_sub(1))
    }
}

/// Finds the candidate that somebody most likely meant: at most a third of the letters differ.
///
/// Of equally near candidates the first in alphabetical order is taken, so that the answer does
/// not depend on the order of telling.
#[must_use]
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    suggest_within(word, candidates, (word.chars().count() / 3).max(1))
}

/// Finds the candidate that at most so many letters make of the word, as [`suggest`] does.
#[must_use]
pub fn suggest_within<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Option<&'a str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let mut letters = Vec::new();
    let mut rows = Rows::default();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        // What is worse than the best one so far need not be counted to its end.
        let limit = best.map_or(limit, |(distance, _)| distance);
        // A letter takes four bytes at most, so most of the others need no counting at all.
        if candidate.len() + limit < word.len() || candidate.len() > 4 * (word.len() + limit) {
            continue;
        }
        letters.clear();
        letters.extend(candidate.chars().flat_map(char::to_lowercase));
        let found = rows.edits(&word, &letters, limit);
        let found = found.filter(|distance| *distance < word.len());
        let found = found.map(|distance| (distance, candidate));
        best = match (best, found) {
            (Some(best), Some(found)) => Some(best.min(found)),
            (best, found) => found.or(best),
        };
    }
    best.map(|(_, candidate)| candidate)
}

/// The rows of the table in which edits are counted, kept from one word to the next.
#[derive(Default)]
struct Rows {
    before_last: Vec<usize>,
    last: Vec<usize>,
    current: Vec<usize>,
}

impl Rows {
    /// Counts the letters to insert, delete, replace or swap with their neighbour; none where they
    /// are more than the limit.
    fn edits(&mut self, from: &[char], to: &[char], limit: usize) -> Option<usize> {
        if from.len().abs_diff(to.len()) > limit {
            return None;
        }
        self.before_last.clear();
        self.last.clear();
        self.last.extend(0..=to.len());
        let mut from_last = None;
        for (row, letter) in from.iter().enumerate() {
            self.fill(row, (*letter, from_last), to);
            // A swap reaches over one row, so two rows beyond the limit end the counting.
            let least = |row: &[usize]| row.iter().copied().min().unwrap_or(0);
            if least(&self.current) > limit && least(&self.last) > limit {
                return None;
            }
            std::mem::swap(&mut self.before_last, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.current);
            from_last = Some(*letter);
        }
        let distance = self.last.last().copied().unwrap_or(0);
        (distance <= limit).then_some(distance)
    }

    fn fill(&mut self, row: usize, (letter, from_last): (char, Option<char>), to: &[char]) {
        let at = |cells: &[usize], column: usize| cells.get(column).copied().unwrap_or(0);
        self.current.clear();
        self.current.push(row + 1);
        let mut to_last = None;
        for (column, other) in to.iter().enumerate() {
            let mut cost = (at(&self.last, column) + usize::from(letter != *other))
                .min(at(&self.last, column + 1) + 1)
                .min(at(&self.current, column) + 1);
            if from_last == Some(*other) && to_last == Some(letter) {
                cost = cost.min(at(&self.before_last, column.saturating_sub(1)) + 1);
            }
            self.current.push(cost);
            to_last = Some(*other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(from: &str, to: &str, limit: usize) -> Option<usize> {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        Rows::default().edits(&letters(from), &letters(to), limit)
    }

    #[test]
    fn the_nearest_word_is_suggested() {
        assert_eq!(
            suggest("stratgy", ["strategy", "settings"]),
            Some("strategy")
        );
        assert_eq!(suggest("enigne", ["engine", "url"]), Some("engine"));
        assert_eq!(suggest("Owner", ["owner"]), Some("owner"));
        assert_eq!(suggest("net_amount", ["net", "gross"]), None);
        assert_eq!(suggest("x", ["y"]), None);
        assert_eq!(suggest("ab", ["ac", "aa"]), Some("aa"));
        assert_eq!(suggest("größe", ["grösse", "große"]), Some("große"));
    }

    #[test]
    fn neighbours_that_changed_places_are_one_edit() {
        assert_eq!(edits("abcd", "abdc", 4), Some(1));
        assert_eq!(edits("abc", "", 3), Some(3));
        assert_eq!(edits("kitten", "sitting", 3), Some(3));
    }

    #[test]
    fn counting_ends_at_the_limit() {
        assert_eq!(edits("kitten", "sitting", 2), None);
        assert_eq!(edits("abcdef", "uvwxyz", 2), None);
        assert_eq!(edits("xxbacd", "xxabcd", 1), Some(1));
    }

    #[test]
    fn many_words_share_a_bounded_amount_of_work() {
        let names: Vec<String> = (0..1000).map(|n| format!("name_{n}")).collect();
        let candidates = || names.iter().map(String::as_str);
        let mut proposals = Proposals::default();
        let helped = (0..2000).filter(|_| proposals.suggest("nam_7", candidates()).is_some());
        assert_eq!(helped.count(), COMPARISONS / names.len());
        assert!(proposals.are_spent());
    }
}
