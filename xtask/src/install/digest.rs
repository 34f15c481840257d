//! The SHA-512 of a file, asked of `sha512sum`, written in Base64 as npm writes it.

use std::path::Path;

use crate::command;
use crate::failure::{Failure, Outcome};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn sha512(file: &Path) -> Outcome<String> {
    let told = command::capture(command::program("sha512sum", &["--"]).arg(file))?;
    let hex = told.split_whitespace().next().unwrap_or_default();
    // A name with a backslash is announced by one.
    from_hex(hex.trim_start_matches('\\'))
        .map(|bytes| base64(&bytes))
        .ok_or_else(|| Failure::new(format!("sha512sum told no hash: {told}")))
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let pairs = digits?;
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    pairs.chunks(2).map(byte).collect()
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let sign = DIGITS.get(digit as usize).copied().map_or('=', char::from);
            text.push(if place > three.len() { '=' } else { sign });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_of_nothing_is_the_known_one() {
        let known = "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
        assert_eq!(sha512(Path::new("/dev/null")).unwrap(), known);
    }

    #[test]
    fn rests_of_one_and_two_bytes_are_filled() {
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(from_hex("4d61"), Some(b"Ma".to_vec()));
        assert_eq!(from_hex("4d6"), None);
    }
}
