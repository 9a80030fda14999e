//! The site: every page that is listed is there, and every link of every page leads somewhere.

#[path = "../examples/site/pages.rs"]
mod pages;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The targets of the links of a page, without those in its code.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in page.lines() {
        in_code ^= line.starts_with("```");
        let outside = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
        for rest in outside.split("](").skip(1).filter(|_| !in_code) {
            links.extend(rest.split(')').next().map(str::to_owned));
        }
    }
    links
}

/// The headings of a page, as they are linked to.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    pages::write(folder.path()).expect("the pages are written");
    let top = folder.path().join("src");
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in markdown(&top) {
        let page = fs::read_to_string(&path).expect("a page");
        for link in links(&page).into_iter().filter(|link| !link.contains("://")) {
            seen += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().expect("a folder").join(file) };
            let known =
                fs::read_to_string(&target).is_ok_and(|page| anchor.is_empty() || anchors(&page).contains(anchor));
            if !known {
                wrong.push(format!("{}: {link}", path.strip_prefix(&top).expect("below").display()));
            }
        }
    }
    assert!(seen > 50, "only {seen} links were seen");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_page_is_listed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    pages::write(folder.path()).expect("the pages are written");
    let top = folder.path().join("src");
    let listed: BTreeSet<PathBuf> = links(&fs::read_to_string(top.join("SUMMARY.md")).expect("the list"))
        .into_iter()
        .map(|link| top.join(link))
        .collect();
    let pages = markdown(&top).into_iter().filter(|path| !path.ends_with("SUMMARY.md"));
    assert_eq!(pages.collect::<BTreeSet<_>>(), listed);
}

#[test]
fn generated_pages_say_what_the_program_takes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    pages::write(folder.path()).expect("the pages are written");
    let read = |page: &str| fs::read_to_string(folder.path().join("src").join(page)).expect("a page");
    let (flags, keys) = (read("reference/command-line.md"), read("reference/configuration.md"));
    assert!(flags.contains("`--min-confidence <LEVEL>`") && flags.contains("## racelint baseline"), "{flags}");
    assert!(keys.contains("| `min-confidence` | [Confidence](#confidence) |"), "{keys}");
    assert!(!read("rules/broken-guard.md").contains("^^^ finding"));
}
