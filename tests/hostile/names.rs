//! Names: whatever files, functions and texts are called, no form of output obeys them or is broken by them.

use crate::run::{Ran, folder, racelint};

/// A terminal would clear its screen, a page run a script, a build log take a command, a table lose its shape.
const NAME: &str = "a\u{1b}[2J\u{9b}1m\u{202e}<script>alert(1)</script>|`x`::error ::]]>&amp;\n##vso[b]@c";

fn project() -> tempfile::TempDir {
    let text = format!(
        "export class Store {{
  private connection?: Connection;
  async 'get \u{1b}]0;x\u{7}<b>|`'() {{
    if (!this.connection) {{ this.connection = await connect('\u{1b}[31m\u{202e}</script><img src=x>'); }}
    return this.connection.query(1);
  }}
  private async \u{200b}odd() {{ /* {NAME} */ }}
}}
"
    );
    folder(&[
        ("racelint.toml", ""),
        (&format!("{NAME}/{NAME}.ts").replace('\n', "\r").replace("/script", "script"), &text),
    ])
}

fn is_harmless(what: &str, text: &str) {
    let bad = |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}');
    let found: Vec<char> = text.chars().filter(bad).collect();
    assert!(found.is_empty(), "{what}: {found:?} in {text}");
}

fn said(args: &[&str], folder: &tempfile::TempDir) -> Ran {
    let ran = racelint(folder.path(), args);
    ran.is_well(&format!("{args:?}"));
    is_harmless(&format!("{args:?}"), &ran.err);
    ran
}

#[test]
fn no_form_obeys_a_name() {
    let project = project();
    for format in racelint::report::Format::ALL.iter().map(|(word, ..)| *word) {
        let ran = said(&["check", "--format", format], &project);
        assert!(ran.out.contains("racy-lazy-init") || ran.out.contains("racelint"), "{format}: {}", ran.out);
        is_harmless(format, &ran.out);
    }
}

#[test]
fn no_report_obeys_a_name() {
    let project = project();
    for format in ["markdown", "json", "html"] {
        let ran = said(&["report", "--format", format], &project);
        is_harmless(format, &ran.out);
        // In Markdown, code is what stands between fences and ticks.
        let prose: String = match format {
            "markdown" => ran.out.split("\n```").step_by(2).flat_map(|text| text.split("``").step_by(2)).collect(),
            "html" => ran.out,
            _ => continue,
        };
        assert!(!prose.contains("<script>alert") && !prose.contains("<img src=x"), "{format}: {prose}");
    }
    let ran = said(&["config", "."], &project);
    is_harmless("config", &ran.out);
}

#[test]
fn what_goes_wrong_is_said_harmlessly() {
    let texts = [
        "extends = [\"\\u001b[2J\\u202e.toml\"]\n",
        "\"\\u001b[2J\" = 1\n",
        "rules.\"\\u001b[2J\" = \"off\"\n",
        "exclude = [\"\\u001b[2J{\"]\n",
        "[models.calls]\n\"\\u001b[2J\" = \"\\u001b[31m\"\n",
        "a = \u{1b}[2J\n",
    ];
    for text in texts {
        let project = folder(&[("racelint.toml", text), ("a.ts", "")]);
        let ran = racelint(project.path(), &["check"]);
        assert_eq!(ran.code, Some(2), "{text:?}: {}", ran.err);
        is_harmless(text, &ran.err);
    }
    let project = folder(&[("racelint.toml", ""), ("a.ts", ""), ("racelint-baseline.json", "{ \"\\u001b[2J\": 1 }")]);
    let ran = racelint(project.path(), &["check"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    is_harmless("a baseline", &ran.err);
}
