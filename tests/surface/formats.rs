//! Formats: each is what its readers take, goes where it is sent, and is chosen where nobody chooses.

use serde_json::Value;

use crate::harness::{RACY, RULE, Ran, check, command, folder, read};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn with_suppressed() -> tempfile::TempDir {
    let suppressed = RACY.replace("    if", "    // racelint: allow(racy-lazy-init) -- one caller\n    if");
    folder(&[("src/a b.ts", RACY), ("src/b.ts", &suppressed)])
}

#[test]
fn sarif_is_what_its_types_say() {
    let folder = with_suppressed();
    let text = check(folder.path(), &["--format", "sarif"]).out;
    let typed: serde_sarif::sarif::Sarif = serde_json::from_str(&text).expect("SARIF");
    assert_eq!(serde_json::to_value(&typed).expect("JSON")["runs"][0]["results"], parsed(&text)["runs"][0]["results"]);
    let run = &parsed(&text)["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(rules[index]["help"]["markdown"].as_str().is_some_and(|page| page.starts_with("# racy-lazy-init")));
    }
    let (shown, kept) = (&run["results"][0], &run["results"][1]);
    assert_eq!(shown["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "src/a%20b.ts");
    assert_eq!(shown["suppressions"], serde_json::json!([]));
    assert_eq!(
        (&kept["suppressions"][0]["kind"], &kept["suppressions"][0]["justification"]),
        (&"inSource".into(), &"one caller".into())
    );
    assert!(shown["partialFingerprints"]["racelint/v1"].is_string());
    let flows = shown["codeFlows"][0]["threadFlows"].as_array().expect("lanes");
    assert_eq!(flows.iter().map(|flow| flow["id"].as_str()).collect::<Vec<_>>(), [Some("A"), Some("B")]);
    let orders = flows.iter().flat_map(|flow| flow["locations"].as_array().expect("steps"));
    let mut orders: Vec<u64> = orders.filter_map(|step| step["executionOrder"].as_u64()).collect();
    orders.sort_unstable();
    assert_eq!(orders, (1..=orders.len() as u64).collect::<Vec<_>>());
}

#[test]
fn json_lines_are_the_findings_of_json() {
    let folder = with_suppressed();
    let whole = parsed(&check(folder.path(), &["--format", "json"]).out);
    let lines = check(folder.path(), &["--format", "json-lines"]).out;
    assert_eq!(Value::Array(lines.lines().map(parsed).collect()), whole["findings"]);
}

#[test]
fn forges_get_their_own_forms() {
    let folder = with_suppressed();
    let of = |format: &str| check(folder.path(), &["--format", format]).out;
    assert!(of("github").starts_with("::error file=src/a b.ts,line=6,col="), "{}", of("github"));
    assert!(of("azure").starts_with("##vso[task.logissue type=error;sourcepath=src/a b.ts;linenumber=6;"));
    let issue = &parsed(&of("gitlab"))[0];
    assert_eq!((&issue["check_name"], &issue["severity"]), (&RULE.into(), &"major".into()));
    assert_eq!(issue["location"], serde_json::json!({ "path": "src/a b.ts", "lines": { "begin": 6, "end": 6 } }));
    let diagnostic = &parsed(&of("rdjson"))["diagnostics"][0];
    assert_eq!((&diagnostic["severity"], &diagnostic["code"]["value"]), (&"ERROR".into(), &RULE.into()));
    assert!(of("junit").contains("<testcase name=\"racy-lazy-init at 6:"));
    assert!(of("checkstyle").contains("<file name=\"src/a b.ts\">"));
    assert!(of("markdown").starts_with("**racelint**: 1 error in 2 files.\n"));
}

#[test]
fn equal_code_in_two_files_has_two_quality_fingerprints() {
    let folder = folder(&[("a.ts", RACY), ("b.ts", RACY)]);
    let issues = parsed(&check(folder.path(), &["--format", "gitlab"]).out);
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
}

#[test]
fn columns_of_rdjson_are_bytes() {
    let text = RACY.replace("if (!this", "/* é日 */ if (!this");
    let folder = folder(&[("a.ts", &text.replace("      this.conn", "/*é日*/this.conn"))]);
    let units = crate::harness::json(folder.path(), &[])["findings"][0]["span"]["start"]["column"].as_u64();
    let diagnostics = parsed(&check(folder.path(), &["--format", "rdjson"]).out);
    let bytes = diagnostics["diagnostics"][0]["location"]["range"]["start"]["column"].as_u64();
    assert_eq!(bytes, units.map(|column| column + 3));
}

#[test]
fn several_forms_go_to_several_places() {
    let folder = with_suppressed();
    let ran =
        check(folder.path(), &["--format", "compact", "--format", "sarif:out/race.sarif", "--format", "junit:j.xml"]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
    assert_eq!(parsed(&read(folder.path(), "out/race.sarif"))["version"], "2.1.0");
    assert!(read(folder.path(), "j.xml").starts_with("<?xml"));
    for flag in ["-o", "--output"] {
        let ran = check(folder.path(), &[flag, "report.txt"]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        assert!(read(folder.path(), "report.txt").contains("the schedule"));
    }
    assert_eq!(check(folder.path(), &["--format", "json:a.json"]).out, "", "nothing is left to print");
}

#[test]
fn what_cannot_be_written_is_said_before_or_after() {
    let folder = folder(&[("a.ts", RACY), ("full", "")]);
    let cases: [(&[&str], &str); 5] = [
        (&["--format", "text", "--format", "json"], "only one format"),
        (&["--format", "json:a.json", "-o", "b.json"], "every format has one"),
        (&["--format", "sariff"], "did you mean `sarif`?"),
        (&["--format", "sarif:"], "a file is named"),
        (&["--format", "sarif:full/a.sarif"], "full/a.sarif: "),
    ];
    for (args, said) in cases {
        let ran = check(folder.path(), args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
    }
}

#[test]
fn at_github_its_form_is_the_default_and_the_step_has_a_summary() {
    let folder = folder(&[("a.ts", RACY), ("before.md", "before\n")]);
    let at_github = |args: &[&str]| -> Ran {
        let mut command = command(folder.path(), args);
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.path().join("before.md"));
        command.output().expect("racelint runs").into()
    };
    let ran = at_github(&["check"]);
    assert!(ran.code == 1 && ran.out.starts_with("::error file=a.ts"), "{ran:?}");
    let summary = read(folder.path(), "before.md");
    assert!(summary.starts_with("before\n**racelint**: 1 error in 1 file.\n"), "{summary}");
    assert!(at_github(&["check", "--format", "text"]).out.contains("the schedule"));
    assert_eq!(read(folder.path(), "before.md"), summary, "only the form for GitHub writes it");
}
