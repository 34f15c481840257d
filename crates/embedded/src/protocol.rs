//! The frames of the PostgreSQL protocol: where a message ends, and which of them want an answer.
//!
//! **Messages go to the database together up to the next one that ends a round:** a simple query, a sync, a
//! flush. So a pipeline is answered as on a wire.

/// The longest message that is taken.
const LONGEST: usize = 1 << 30;
/// A length counts itself.
const LENGTH: usize = 4;

/// What the messages at the beginning of some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// More bytes are needed.
    Unfinished,
    /// So many bytes are messages that want an answer.
    Whole(usize),
    /// The client leaves.
    Over,
    /// No protocol at all.
    Broken,
}

/// Finds the first round in what a client sent.
pub(crate) fn round(bytes: &[u8]) -> Round {
    let mut end = 0;
    loop {
        let Some((kind, rest)) = bytes.get(end..).and_then(<[u8]>::split_first) else {
            return Round::Unfinished;
        };
        match (length(rest), kind) {
            (Length::Unknown, _) => return Round::Unfinished,
            (Length::Wrong, _) => return Round::Broken,
            (Length::Known(_), b'X') => return Round::Over,
            (Length::Known(length), kind) => {
                end += 1 + length;
                if end > bytes.len() {
                    return Round::Unfinished;
                }
                if matches!(kind, b'Q' | b'S' | b'H') {
                    return Round::Whole(end);
                }
            }
        }
    }
}

/// The first message of a session, which has no kind before its length.
pub(crate) fn startup(bytes: &[u8]) -> Round {
    match length(bytes) {
        Length::Unknown => Round::Unfinished,
        Length::Wrong => Round::Broken,
        Length::Known(length) if length > bytes.len() => Round::Unfinished,
        Length::Known(length) => Round::Whole(length),
    }
}

enum Length {
    Unknown,
    Wrong,
    Known(usize),
}

fn length(bytes: &[u8]) -> Length {
    let Some(first) = bytes.first_chunk::<LENGTH>() else {
        return Length::Unknown;
    };
    match usize::try_from(u32::from_be_bytes(*first)) {
        Ok(length) if (LENGTH..=LONGEST).contains(&length) => Length::Known(length),
        _ => Length::Wrong,
    }
}

/// A simple query.
pub(crate) fn query(sql: &str) -> Vec<u8> {
    let mut body = sql.as_bytes().to_vec();
    body.push(0);
    message(b'Q', &body)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + LENGTH).unwrap_or(u32::MAX);
    let mut out = vec![kind];
    out.extend(length.to_be_bytes());
    out.extend(body);
    out
}

/// An error as the server would say it: no session is to be had.
pub(crate) fn refusal(text: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, said) in [
        (b'S', "FATAL"),
        (b'V', "FATAL"),
        (b'C', "57P03"),
        (b'M', text),
    ] {
        body.push(field);
        // A zero byte would end the text.
        body.extend(said.bytes().filter(|byte| *byte != 0));
        body.push(0);
    }
    body.push(0);
    message(b'E', &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_ends_with_what_wants_an_answer() {
        let parse = message(b'P', b"a\0select 1\0\0\0");
        let sync = message(b'S', b"");
        let query = query("select 1");
        let pipeline = [parse.clone(), sync.clone(), query.clone()].concat();
        let first = parse.len() + sync.len();
        assert_eq!(round(&pipeline), Round::Whole(first));
        assert_eq!(round(&pipeline[first..]), Round::Whole(query.len()));
        assert_eq!(round(&parse), Round::Unfinished);
        assert_eq!(round(&pipeline[..first - 1]), Round::Unfinished);
        assert_eq!(round(&message(b'X', b"")), Round::Over);
        assert_eq!(round(&[b'Q', 0, 0, 0, 0]), Round::Broken);
        assert_eq!(round(&[]), Round::Unfinished);
    }

    #[test]
    fn startup_is_a_length_and_a_body() {
        assert_eq!(startup(&[0, 0, 0, 8, 0, 3, 0, 0, 9]), Round::Whole(8));
        assert_eq!(startup(&[0, 0, 0, 8, 0]), Round::Unfinished);
        assert_eq!(startup(&[255, 0, 0, 8, 0]), Round::Broken);
    }

    #[test]
    fn refusal_is_one_whole_message() {
        let bytes = refusal("it does\0 not start");
        assert_eq!(bytes[0], b'E');
        let length = u32::from_be_bytes(bytes[1..5].try_into().unwrap());
        assert_eq!(usize::try_from(length).unwrap() + 1, bytes.len());
        assert!(bytes.windows(18).any(|text| text == b"it does not start\0"));
    }
}
