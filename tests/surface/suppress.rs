//! Suppressions: every form, what is wrong with some, and those that racelint writes itself.

use crate::harness::{RACY, RULE, check, folder, found, hidden, json, read, run};

/// The racy text with a comment put before or behind a line of it.
fn with(line: usize, before: &str, behind: &str) -> String {
    let mut lines: Vec<String> = RACY.lines().map(str::to_owned).collect();
    lines[line - 1] = format!("{before}{}{behind}", lines[line - 1]);
    lines.join("\n") + "\n"
}

#[test]
fn every_form_keeps_its_finding_back() {
    let forms = [
        with(5, "// racelint: allow(racy-lazy-init) -- one caller\n", ""),
        with(6, "/* racelint: allow(racy-lazy-init) -- one caller */\n", ""),
        with(6, "", " // racelint: allow(racy-lazy-init) -- one caller"),
        with(4, "// racelint: allow(racy-lazy-init, split-locks) -- one caller\n", ""),
        with(1, "// racelint: allow(racy-lazy-init) -- one caller\n", ""),
        with(1, "/* licence */\n// racelint: allow-file(racy-lazy-init) -- one caller\n", ""),
        with(5, "// racelint: allow-start(racy-lazy-init) -- one caller\n", "")
            .replace("    return", "    // racelint: allow-end(racy-lazy-init)\n    return"),
    ];
    for text in forms {
        let folder = folder(&[("a.ts", &text)]);
        let others: Vec<String> = found(folder.path(), &[]).into_iter().filter(|line| line.contains(RULE)).collect();
        assert_eq!(others, Vec::<String>::new(), "{text}");
        assert_eq!(hidden(folder.path(), &[], "suppressed"), 1, "{text}");
        assert!(check(folder.path(), &[]).out.contains("Not shown: 1 suppressed in the code"), "{text}");
    }
}

#[test]
fn a_suppression_reaches_no_further() {
    let cases = [
        with(8, "// racelint: allow(racy-lazy-init) -- x\n", ""),
        with(5, "", " // racelint: allow(racy-lazy-init) -- x"),
        with(5, "// racelint: allow(split-locks) -- x\n", ""),
        with(6, "/// racelint: allow(racy-lazy-init) -- x\n", ""),
        with(1, "const a = '// racelint: allow-file(racy-lazy-init) -- x';\n", ""),
    ];
    for text in cases {
        let folder = folder(&[("a.ts", &text)]);
        assert!(found(folder.path(), &[]).iter().any(|line| line.contains(RULE)), "{text}");
        assert_eq!(check(folder.path(), &[]).code, 1);
    }
}

#[test]
fn useless_and_wrong_ones_are_warnings() {
    let cases = [
        ("// racelint: allow(racy-lazy-init) -- x\nlet a;\n", "unused-suppression", "`racy-lazy-init` finds nothing"),
        ("// racelint: allow(racy-lazy-inti) -- x\nlet a;\n", "bad-suppression", "did you mean `racy-lazy-init`?"),
        ("// racelint: disallow(racy-lazy-init) -- x\nlet a;\n", "bad-suppression", "did you mean `allow`?"),
        ("// racelint: allow(racy-lazy-init) -- x\n", "bad-suppression", "no statement follows"),
        ("let a;\n// racelint: allow-file(racy-lazy-init) -- x\n", "bad-suppression", "before the first statement"),
        ("// racelint: allow-end(racy-lazy-init)\nlet a;\n", "bad-suppression", "no `allow-start`"),
        ("// racelint: allow-start(racy-lazy-init) -- x\nlet a;\n", "bad-suppression", "no `allow-end`"),
    ];
    for (text, rule, said) in cases {
        let folder = folder(&[("a.ts", text)]);
        let ran = check(folder.path(), &["--format", "compact"]);
        assert_eq!(ran.code, 0, "a warning fails nothing: {text}");
        assert!(ran.out.contains(&format!("warning[{rule}]")) && ran.out.contains(said), "{text}: {}", ran.out);
        assert_eq!(check(folder.path(), &["--deny-warnings"]).code, 1, "{text}");
        let off = ["-A", "bad-suppression", "-A", "unused-suppression"];
        assert_eq!(found(folder.path(), &off), Vec::<String>::new(), "{text}");
    }
    let page = run(folder(&[]).path(), &["explain", "unused-suppression"]);
    assert!(page.out.contains("allow-file"), "{page:?}");
}

#[test]
fn a_missing_reason_is_a_warning_and_suppresses_all_the_same() {
    let folder = folder(&[("a.ts", &with(5, "// racelint: allow(racy-lazy-init)\n", ""))]);
    assert_eq!(found(folder.path(), &[]), ["a.ts:5 bad-suppression warn"]);
}

#[test]
fn what_did_not_run_is_not_called_unused() {
    let folder = folder(&[("a.ts", "// racelint: allow(racy-lazy-init) -- x\nlet a;\n"), ("racelint.toml", "")]);
    assert_eq!(found(folder.path(), &[]).len(), 1);
    assert_eq!(found(folder.path(), &["--only", "split-locks,unused-suppression"]).len(), 0);
    assert_eq!(found(folder.path(), &["-A", RULE]).len(), 0);
    crate::harness::write(folder.path(), "tests/b.ts", "// racelint: allow(racy-lazy-init) -- x\nlet a;\n");
    assert_eq!(found(folder.path(), &["tests"]).len(), 0, "test code is not reported");
    assert_eq!(found(folder.path(), &["--tests", "tests"]).len(), 1);
}

#[test]
fn racelint_writes_them_and_then_finds_nothing() {
    let component = "export function A(p: P) {\n  return (\n    <B>\n      <C onTap={async () => {\n        x();\n      }} />\n    </B>\n  );\n}\n";
    let crlf = RACY.replace('\n', "\r\n");
    let folder = folder(&[("a.ts", RACY), ("b.ts", &crlf), ("c.tsx", component), ("racelint.toml", "")]);
    let before = found(folder.path(), &[]).len();
    assert!(before >= 2);
    let ran = check(folder.path(), &["--add-suppressions", "  one caller  "]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(hidden(folder.path(), &[], "suppressed"), before as u64);
    let line = "// racelint: allow(racy-lazy-init) -- one caller";
    assert!(read(folder.path(), "a.ts").contains(&format!("\n      {line}\n")), "{}", read(folder.path(), "a.ts"));
    assert!(read(folder.path(), "b.ts").contains(&format!("\r\n      {line}\r\n")));
    assert_eq!(json(folder.path(), &[])["findings"], serde_json::json!([]));
}

#[test]
fn a_reason_is_required() {
    let folder = folder(&[("a.ts", RACY)]);
    for reason in ["", "  ", "a */ b", "a\nb"] {
        let ran = check(folder.path(), &["--add-suppressions", reason]);
        assert_eq!(ran.code, 2, "{reason}");
        assert!(ran.err.contains("the reason"), "{ran:?}");
        assert_eq!(read(folder.path(), "a.ts"), RACY);
    }
}

/// All bad examples of all rules: whatever is found can be suppressed, and stays so.
#[test]
fn every_example_can_be_suppressed() {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let folder = folder(&[("racelint.toml", "")]);
    for rule in std::fs::read_dir(top).expect("rules").map(|entry| entry.expect("an entry").path()) {
        let Ok(examples) = std::fs::read_dir(rule.join("examples")) else { continue };
        for example in examples.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()) {
            let name = example.file_name().expect("a name").to_string_lossy().into_owned();
            let rule = rule.file_name().expect("a name").to_string_lossy().into_owned();
            if name.starts_with("bad_") {
                let text = std::fs::read_to_string(&example).expect("an example");
                crate::harness::write(folder.path(), &format!("{}_{name}", rule.replace('-', "_")), &text);
            }
        }
    }
    let before = found(folder.path(), &[]).len();
    let ran = check(folder.path(), &["--add-suppressions", "an example", "--format", "compact"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(hidden(folder.path(), &[], "suppressed"), before as u64);
}
