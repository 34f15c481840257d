//! Secrets in statements: `${secret:NAME}` stands for one until a statement runs.

use std::borrow::Cow;

use crate::project::template::is_name;

/// How a placeholder of a secret begins.
const SECRET: &str = "${secret:";

/// The names of the secrets that a text holds placeholders for.
pub fn secrets(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split(SECRET).skip(1);
    after
        .filter_map(|after| Some(after.split_once('}')?.0))
        .filter(|name| is_name(name))
}

/// Fills `${secret:NAME}` into a text that is about to run; the error names what is not known.
pub fn fill_secrets<'a>(
    text: &'a str,
    secret: &dyn Fn(&str) -> Option<String>,
) -> Result<Cow<'a, str>, String> {
    let mut parts = text.split(SECRET);
    let first = parts.next().unwrap_or_default();
    if first.len() == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = first.to_owned();
    for part in parts {
        match part.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, rest)) => {
                out.push_str(&secret(name).ok_or_else(|| name.to_owned())?);
                out.push_str(rest);
            }
            None => {
                out.push_str(SECRET);
                out.push_str(part);
            }
        }
    }
    Ok(Cow::Owned(out))
}

/// What stands in a file for a secret.
#[must_use]
pub fn secret_placeholder(name: &str) -> String {
    format!("{SECRET}{name}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_filled_in_and_what_is_missing_is_named() {
        let secret = |name: &str| (name == "KEY").then(|| "${secret:KEY}x".to_owned());
        let text = "a '${secret:KEY}' ${secret:no name} ${secret:KEY}${secret:";
        assert_eq!(secrets(text).collect::<Vec<_>>(), ["KEY", "KEY"]);
        assert_eq!(
            fill_secrets(text, &secret).unwrap(),
            "a '${secret:KEY}x' ${secret:no name} ${secret:KEY}x${secret:"
        );
        assert_eq!(
            fill_secrets("${secret:OTHER}", &secret).unwrap_err(),
            "OTHER"
        );
        assert!(matches!(fill_secrets("a", &secret), Ok(Cow::Borrowed("a"))));
    }
}
