//! Makes new inputs from old ones: bytes flipped, cut, doubled, spliced, and tokens of SQL put in.
//!
//! The same random state and seeds give the same input, on every machine.

/// What a scanner of SQL trips over: its quotes and brackets, and words that open or close something.
const TOKENS: &[&str] = &[
    "'",
    "''",
    "\"",
    "\"\"",
    "$$",
    "$a$",
    "$a",
    "--",
    "\n",
    "\r\n",
    "/*",
    "*/",
    "/*/*",
    ";",
    "(",
    ")",
    "((((((((",
    "[",
    "]",
    "{",
    "}",
    "${",
    "${x}",
    "$${",
    "${secret:A}",
    ",",
    ".",
    "..",
    "*",
    "::",
    ":=",
    "=>",
    "->",
    "->>",
    "E'\\'",
    "U&'\\0041'",
    "B'1'",
    "X'f'",
    "N'a'",
    "$1",
    "1e",
    "0x",
    "1_0",
    ".5",
    "\\",
    "\\c",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "é",
    "\u{1f9ee}",
    "@",
    "#",
    "|",
    "||",
    "?",
    "!",
    "<",
    "<=",
    "=",
    "+",
    "-",
    "%",
    " ",
    "\t",
    " a ",
    " b ",
    " t ",
    " SELECT ",
    " FROM ",
    " WHERE ",
    " WITH ",
    " RECURSIVE ",
    " AS ",
    " AS MATERIALIZED ",
    " ( SELECT ",
    " UNION ",
    " UNION ALL ",
    " INTERSECT ",
    " EXCEPT ",
    " JOIN ",
    " LEFT JOIN ",
    " CROSS JOIN ",
    " NATURAL JOIN ",
    " LATERAL ",
    " ON ",
    " USING (a) ",
    " GROUP BY ",
    " GROUPING SETS ",
    " CUBE ",
    " ROLLUP ",
    " HAVING ",
    " WINDOW ",
    " OVER ",
    " PARTITION BY ",
    " ORDER BY ",
    " LIMIT ",
    " OFFSET ",
    " FETCH FIRST ",
    " DISTINCT ON ",
    " VALUES ",
    " TABLE ",
    " ONLY ",
    " TABLESAMPLE ",
    " CASE ",
    " WHEN ",
    " THEN ",
    " ELSE ",
    " END ",
    " BEGIN ",
    " BEGIN ATOMIC ",
    " CREATE ",
    " OR REPLACE ",
    " TEMP ",
    " MATERIALIZED VIEW ",
    " VIEW ",
    " FUNCTION ",
    " INDEX ",
    " UNIQUE ",
    " SINK ",
    " SOURCE ",
    " SUBSCRIPTION ",
    " SCHEMA ",
    " DROP ",
    " CASCADE ",
    " ALTER ",
    " COMMENT ON ",
    " IS ",
    " NULL ",
    " GRANT ",
    " REVOKE ",
    " TO ",
    " REFRESH ",
    " CONCURRENTLY ",
    " IF NOT EXISTS ",
    " EXISTS ",
    " IN ",
    " ANY ",
    " ARRAY[",
    " ROW(",
    " CAST(",
    " EXTRACT(",
    " BETWEEN ",
    " AND ",
    " OR ",
    " NOT ",
    " LIKE ",
    " ESCAPE ",
    " COLLATE ",
    " AT TIME ZONE ",
    " INTERVAL '1' ",
    " FILTER (",
    " WITHIN GROUP (",
    " WITH ORDINALITY ",
    " FOR UPDATE ",
    " INSERT INTO ",
    " RETURNING ",
    " NO SCHEMA BINDING",
    " DISTKEY ",
    " SORTKEY ",
    " BACKUP NO ",
    " AUTO REFRESH YES ",
    " EMIT ON WINDOW CLOSE",
    " ASOF ",
    " TOP 10 ",
    " QUALIFY ",
    " WITH (",
    " IN CLUSTER c ",
    " WITH MUTUALLY RECURSIVE ",
    " LANGUAGE ",
    "-- dormer: ",
    "-- dormer: audit \"a\"\n",
    " = { every = \"5m\" }\n",
    "[target.a]\n",
    "[[rule]]\n",
    "\"\"\"",
    "'''",
];

/// A xorshift generator (Marsaglia): small, fast, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Mixes the number first, so that neighbours give unlike rows.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mixed = seed
            .wrapping_add(0x9E37_79B9_7F4A_7C15)
            .wrapping_mul(0xBF58_476D_1CE4_E5B9);
        Self((mixed ^ (mixed >> 29)) | 1)
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next_u64() % bound).unwrap_or(0)
    }

    /// One of them, or nothing when there is none.
    pub fn choose<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.below(among.len()))
    }
}

/// Makes one new input of at most `longest` bytes out of the seeds.
#[must_use]
pub fn mutate(random: &mut Random, seeds: &[impl AsRef<[u8]>], longest: usize) -> Vec<u8> {
    let mut input = random
        .choose(seeds)
        .map(|seed| seed.as_ref().to_vec())
        .unwrap_or_default();
    for _ in 0..=random.below(6) {
        step(random, seeds, &mut input);
    }
    input.truncate(longest);
    input
}

fn step(random: &mut Random, seeds: &[impl AsRef<[u8]>], input: &mut Vec<u8>) {
    let at = random.below(input.len() + 1);
    match random.below(10) {
        0 => {
            let bit = 1_u8 << random.below(8);
            if let Some(byte) = input.get_mut(at) {
                *byte ^= bit;
            }
        }
        1 => {
            let byte = random
                .next_u64()
                .to_le_bytes()
                .first()
                .copied()
                .unwrap_or_default();
            input.insert(at, byte);
        }
        2 => {
            let end = (at + 1 + random.below(16)).min(input.len());
            input.drain(at..end);
        }
        3 => {
            let piece = piece(random, input);
            input.splice(at..at, piece);
        }
        4 => {
            let other = random.choose(seeds).map(AsRef::as_ref).unwrap_or_default();
            let piece = piece(random, other);
            let end = (at + random.below(64)).min(input.len());
            input.splice(at..end, piece);
        }
        5 => input.truncate(at),
        6 => {
            // The tail of another seed after the head of this one.
            let other = random.choose(seeds).map(AsRef::as_ref).unwrap_or_default();
            let from = random.below(other.len() + 1);
            input.truncate(at);
            input.extend(other.iter().skip(from));
        }
        7 => {
            // Depth: the same opening many times.
            let token = random.choose(TOKENS).copied().unwrap_or_default();
            let times = 1 << random.below(9);
            input.splice(at..at, token.repeat(times).into_bytes());
        }
        _ => {
            let token = random.choose(TOKENS).copied().unwrap_or_default();
            input.splice(at..at, token.bytes());
        }
    }
}

fn piece(random: &mut Random, of: &[u8]) -> Vec<u8> {
    let from = random.below(of.len() + 1);
    let length = random.below(64);
    of.iter().skip(from).take(length).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_the_same_inputs() {
        let seeds = ["select 1", "create view a as select 2"];
        let inputs = |number| {
            let mut random = Random::new(number);
            (0..200)
                .map(|_| mutate(&mut random, &seeds, 4096))
                .collect::<Vec<_>>()
        };
        assert_eq!(inputs(7), inputs(7));
        assert_ne!(inputs(7), inputs(8));
    }

    #[test]
    fn nothing_to_start_from_still_gives_inputs() {
        let mut random = Random::new(1);
        let none: [&str; 0] = [];
        let inputs: Vec<_> = (0..100).map(|_| mutate(&mut random, &none, 64)).collect();
        assert!(inputs.iter().any(|input| !input.is_empty()));
        assert!(inputs.iter().all(|input| input.len() <= 64));
    }
}
