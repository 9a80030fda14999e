//! Parse: what a remark asks for, in the words of `allow(rule, …) -- reason`.

use super::{BAD, UNUSED};
use crate::config::suggest;
use crate::rules::RULES;

/// Which code a suppression is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// The next statement, or the line that the comment stands behind.
    Here,
    Start,
    End,
    File,
}

/// A remark that could be read, as far as it could.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Request {
    pub(super) form: Form,
    pub(super) rules: Vec<&'static str>,
    pub(super) reason: String,
    /// What is wrong with it, although it counts.
    pub(super) faults: Vec<String>,
}

const FORMS: [(&str, Form); 4] =
    [("allow", Form::Here), ("allow-start", Form::Start), ("allow-end", Form::End), ("allow-file", Form::File)];

/// Reads the text behind `racelint:`; an error is a remark that asks for nothing.
pub(super) fn parse(text: &str) -> Result<Request, String> {
    let (head, reason) = text.split_once("--").unwrap_or((text, ""));
    let (word, rest) = head.split_once('(').unwrap_or((head, ""));
    let word = word.trim();
    let Some((_, form)) = FORMS.iter().find(|(name, _)| *name == word) else {
        let suggestion = suggest::closest(word, FORMS.iter().map(|(name, _)| *name));
        return Err(format!("`{word}` is nothing that racelint can be told here{suggestion}"));
    };
    let Some((names, "")) = rest.trim_end().split_once(')') else {
        return Err(format!("`{word}` takes the names of rules in parentheses: `{word}(rule) -- reason`"));
    };
    let mut request = Request { form: *form, rules: Vec::new(), reason: reason.trim().to_owned(), faults: Vec::new() };
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        match RULES.iter().find(|rule| rule.id == name) {
            Some(rule) => request.rules.push(rule.id),
            None if name == BAD || name == UNUSED => {
                request.faults.push(format!("`{name}` cannot be suppressed in the code; turn it off in racelint.toml"));
            }
            None => {
                let suggestion = suggest::closest(name, RULES.iter().map(|rule| rule.id));
                request.faults.push(format!("there is no rule `{name}`{suggestion}"));
            }
        }
    }
    if request.rules.is_empty() && request.faults.is_empty() {
        request.faults.push("no rule is named".to_owned());
    }
    if request.reason.is_empty() && *form != Form::End {
        request.faults.push(format!("no reason is given: `{word}(…) -- why this is no race`"));
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::{Form, parse};

    #[test]
    fn all_forms_are_read() {
        let request = parse("allow(split-locks, double-lock) -- one thread -- ever").unwrap();
        assert_eq!((request.form, request.rules), (Form::Here, vec!["split-locks", "double-lock"]));
        assert_eq!((request.reason.as_str(), request.faults.len()), ("one thread -- ever", 0));
        for (text, form) in [("allow-start", Form::Start), ("allow-end", Form::End), ("allow-file", Form::File)] {
            let request = parse(&format!("{text}(split-locks) -- why")).unwrap();
            assert_eq!((request.form, request.faults), (form, Vec::new()));
        }
        assert_eq!(parse("allow-end(split-locks)").unwrap().faults, Vec::<String>::new());
    }

    #[test]
    fn mistakes_are_named() {
        let faults = |text: &str| parse(text).map(|request| request.faults.join("; ")).unwrap_or_else(|error| error);
        assert_eq!(faults("allow(split-lock) -- x"), "there is no rule `split-lock`; did you mean `split-locks`?");
        assert_eq!(faults("allow(split-locks)"), "no reason is given: `allow(…) -- why this is no race`");
        assert_eq!(faults("allow() -- x"), "no rule is named");
        assert!(faults("alow(split-locks)").ends_with("did you mean `allow`?"));
        assert!(faults("allow split-locks -- x").contains("nothing that racelint can be told"));
        assert!(faults("allow(split-locks").contains("in parentheses"));
        assert!(faults("allow(split-locks) because").contains("in parentheses"));
        assert!(faults("allow(unused-suppression) -- x").contains("turn it off in racelint.toml"));
    }
}
