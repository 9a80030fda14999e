//! Params: `@file` on the command line stands for the lines of that file, for build systems whose lists outgrow it.

use std::ffi::OsString;
use std::path::Path;

/// The arguments, each `@file` replaced by its lines; what a file says is not looked into again.
pub(super) fn expand(args: impl IntoIterator<Item = OsString>) -> Result<Vec<OsString>, String> {
    let mut expanded = Vec::new();
    for arg in args {
        match arg.to_str().and_then(|text| text.strip_prefix('@')).filter(|path| !path.is_empty()) {
            Some(path) => {
                let text = std::fs::read_to_string(Path::new(path));
                let text =
                    text.map_err(|error| format!("@{path}: {error}; a path that begins so is written ./@{path}"))?;
                expanded.extend(text.lines().filter(|line| !line.is_empty()).map(OsString::from));
            }
            None => expanded.push(arg),
        }
    }
    Ok(expanded)
}
