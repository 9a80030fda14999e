//! Suggest: what was probably meant.

/// A question that names the closest candidate, to stand behind a complaint; empty if none is close.
pub(crate) fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let near = |candidate: &'a str| (strsim::normalized_damerau_levenshtein(written, candidate), candidate);
    let best = candidates.into_iter().map(near).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((likeness, candidate)) if likeness > 0.5 => format!("; did you mean `{candidate}`?"),
        _ => String::new(),
    }
}

/// What serde says of an unknown word, with the candidate that is closest to it.
pub(super) fn with_suggestion(message: &str) -> String {
    let mut words = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    match words.next() {
        Some(written) if unknown => match closest(written, words) {
            none if none.is_empty() => message.to_owned(),
            suggestion => format!("{}{suggestion}", message.split(", expected").next().unwrap_or(message)),
        },
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_suggestion;

    #[test]
    fn the_closest_word_is_suggested() {
        let message = "unknown field `excldue`, expected one of `extends`, `exclude`";
        assert_eq!(with_suggestion(message), "unknown field `excldue`; did you mean `exclude`?");
        let far = "unknown field `zzz`, expected `exclude`";
        assert_eq!(with_suggestion(far), far);
        assert_eq!(with_suggestion("invalid type: `a`, `b`"), "invalid type: `a`, `b`");
    }
}
