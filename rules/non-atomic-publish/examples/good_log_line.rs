// One line more at the end of a log: whoever reads it finds the line or does not.
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

pub fn append_history(line: &str) -> std::io::Result<()> {
    let path = Path::new("/var/lib/app/history.log");
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(line.as_bytes())
}
