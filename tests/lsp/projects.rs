//! Projects to open: small ones with races in known places.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

pub(crate) const DATABASE: &str = include_str!("../../rules/racy-lazy-init/examples/bad_connection.ts");
pub(crate) const BACKUP: &str = include_str!("../../rules/broken-guard/examples/bad_flag_after_await.ts");
pub(crate) const GOOD: &str = include_str!("../../rules/racy-lazy-init/examples/good_stored_promise.ts");

pub(crate) struct Project {
    pub(crate) folder: TempDir,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Project {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = Project { folder };
        project.write("racelint.toml", "");
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    /// With a race in one file and none in another.
    pub(crate) fn racy() -> Project {
        Project::new(&[("src/database.ts", DATABASE), ("src/good.ts", GOOD)])
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a new folder");
        fs::write(path, text).expect("a new file");
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).expect("it is there")
    }
}

/// Line and character of the first `what` in a text, as UTF-16 counts.
pub(crate) fn position(text: &str, what: &str) -> (u64, u64) {
    let at = text.find(what).unwrap_or_else(|| panic!("there is no `{what}`"));
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (line as u64, text[start..at].encode_utf16().count() as u64)
}

/// Makes the edits of one file in its text, which is counted in UTF-16.
pub(crate) fn apply(text: &str, edits: &[serde_json::Value]) -> String {
    let offset = |position: &serde_json::Value| {
        let (line, character) = (position["line"].as_u64(), position["character"].as_u64());
        let (line, character) = (line.expect("a line") as usize, character.expect("a character") as usize);
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let units = text[start..].char_indices().scan(0, |units, (at, c)| {
            let before = *units;
            *units += c.len_utf16();
            Some((before, at))
        });
        start + units.take_while(|(units, _)| *units <= character).last().map_or(0, |(_, at)| at)
    };
    let mut places: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().expect("text"))
        })
        .collect();
    places.sort_by_key(|place| std::cmp::Reverse(place.0));
    let mut out = text.to_owned();
    for (start, end, new) in places {
        out.replace_range(start..end, new);
    }
    out
}
