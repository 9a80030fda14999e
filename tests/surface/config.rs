//! Configuration: where it stands, what it says, and what happens when it says something wrong.

use crate::harness::{RACY, RULE, check, folder, found, hidden, json, read, run, write};

const FINDING: &str = "a.ts:6 racy-lazy-init error";

#[test]
fn a_rule_has_a_severity_in_all_three_files() {
    let toml = |level: &str| format!("rules = {{ racy-lazy-init = \"{level}\" }}\n");
    let files = [
        ("racelint.toml", "[rules]\nracy-lazy-init = \"{}\"\n"),
        ("Cargo.toml", "[package]\nname = \"a\"\n[package.metadata.racelint.rules]\nracy-lazy-init = \"{}\"\n"),
        ("Cargo.toml", "[workspace]\n[workspace.metadata.racelint]\nrules.racy-lazy-init = \"{}\"\n"),
        ("package.json", r#"{ "name": "a", "racelint": { "rules": { "racy-lazy-init": "{}" } } }"#),
        ("racelint.toml", toml("{}").as_str()),
    ]
    .map(|(path, text)| (path, text.to_owned()));
    for (path, text) in files {
        let folder = folder(&[("a.ts", RACY), (path, &text.replace("\"{}\"", "\"warn\""))]);
        assert_eq!(found(folder.path(), &[]), ["a.ts:6 racy-lazy-init warn"], "{path}: {text}");
        assert_eq!(check(folder.path(), &[]).code, 0);
        write(folder.path(), path, &text.replace("\"{}\"", "\"off\""));
        assert_eq!(found(folder.path(), &[]), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn the_nearest_one_counts_alone() {
    let folder = folder(&[
        (".git/HEAD", ""),
        ("racelint.toml", "rules.racy-lazy-init = \"off\"\n"),
        ("a.ts", RACY),
        ("near/package.json", r#"{ "racelint": {} }"#),
        ("near/deep/a.ts", RACY),
        ("other/package.json", r#"{ "name": "racelint-user" }"#),
        ("other/a.ts", RACY),
    ]);
    assert_eq!(found(folder.path(), &[]), ["near/deep/a.ts:6 racy-lazy-init error"]);
    assert_eq!(found(folder.path(), &["near"]).len(), 1);
    assert_eq!(found(folder.path(), &["--isolated"]).len(), 3);
}

#[test]
fn racelint_toml_is_stronger_than_a_manifest() {
    let manifest = r#"{ "racelint": { "rules": { "all": "off" } } }"#;
    let folder = folder(&[("a.ts", RACY), ("racelint.toml", ""), ("package.json", manifest)]);
    assert_eq!(found(folder.path(), &[]), [FINDING]);
}

#[test]
fn a_given_one_counts_for_all() {
    let folder = folder(&[
        ("racelint.toml", ""),
        ("a.ts", RACY),
        ("b/racelint.toml", ""),
        ("b/a.ts", RACY),
        ("ci/strict.toml", "rules.all = \"off\"\nexclude = [\"/b/\"]\n"),
    ]);
    assert_eq!(found(folder.path(), &[]).len(), 2);
    let report = json(folder.path(), &["--config", "ci/strict.toml"]);
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["summary"]["files"], 1, "patterns are relative to the root");
}

#[test]
fn files_are_left_out_unless_they_are_named() {
    let config = "exclude = [\"gen/\", \"*.gen.ts\"]\ninclude = [\"*.ts\", \"!b.ts\"]\n";
    let files = ["a.ts", "a.gen.ts", "gen/c.ts", "src/gen/d.ts", "b.ts", "e.rs"].map(|path| (path, "export {};\n"));
    let folder = folder(&[&files[..], &[("racelint.toml", config)]].concat());
    let count = |args: &[&str]| json(folder.path(), args)["summary"]["files"].as_u64();
    assert_eq!(count(&[]), Some(1));
    assert_eq!(json(folder.path(), &[])["summary"]["skipped"]["excluded"], 5);
    assert_eq!(count(&["gen/c.ts"]), Some(2));
    assert_eq!(count(&["gen"]), Some(2), "a folder that is named is read");
    assert_eq!(count(&["src"]), Some(1), "what it holds is not named by that");
    assert_eq!(count(&["--isolated"]), Some(6));
}

#[test]
fn overrides_are_for_some_files_and_the_last_wins() {
    let config = "min-confidence = \"certain\"\n\
        [[overrides]]\nfiles = [\"src/\"]\nmin-confidence = \"likely\"\nrules.racy-lazy-init = \"off\"\n\
        [[overrides]]\nfiles = [\"src/b.ts\"]\nrules.all = \"warn\"\n";
    let files = [("racelint.toml", config), ("a.ts", RACY), ("src/a.ts", RACY), ("src/b.ts", RACY)];
    let folder = folder(&files);
    assert_eq!(found(folder.path(), &[]), ["src/b.ts:6 racy-lazy-init warn"]);
    assert_eq!((hidden(folder.path(), &[], "off"), hidden(folder.path(), &[], "confidence")), (1, 1));
}

#[test]
fn test_code_and_doubt_can_be_asked_for() {
    let folder = folder(&[("racelint.toml", "include-tests = true\n"), ("tests/a.ts", RACY)]);
    assert_eq!(found(folder.path(), &[]), ["tests/a.ts:6 racy-lazy-init error"]);
    write(folder.path(), "racelint.toml", "min-confidence = \"certain\"\ninclude-tests = true\n");
    assert_eq!((found(folder.path(), &[]).len(), hidden(folder.path(), &[], "confidence")), (0, 1));
    assert_eq!(found(folder.path(), &["--min-confidence", "likely"]).len(), 1, "the command line is stronger");
}

#[test]
fn one_starts_from_another() {
    let base = "rules.racy-lazy-init = \"off\"\nexclude = [\"gen/\"]\nmin-confidence = \"certain\"\n";
    let config = "extends = [\"tools/base.toml\"]\nexclude = [\"out/\"]\nmin-confidence = \"likely\"\n";
    let folder = folder(&[
        ("tools/base.toml", base),
        ("racelint.toml", config),
        ("gen/a.ts", RACY),
        ("out/a.ts", RACY),
        ("a.ts", RACY),
    ]);
    let report = json(folder.path(), &[]);
    assert_eq!((&report["summary"]["files"], &report["findings"]), (&serde_json::json!(1), &serde_json::json!([])));
    write(folder.path(), "racelint.toml", &format!("{config}rules.racy-lazy-init = \"error\"\n"));
    assert_eq!(found(folder.path(), &[]), [FINDING]);
}

#[test]
fn models_of_own_wrappers_reach_the_linker() {
    let lock = "export class Gate {\n  async through<T>(work: () => Promise<T>): Promise<T> {\n    return enqueue(this, work);\n  }\n}\n";
    let user = "import { Gate } from './gate';\nexport class Database {\n  private gate = new Gate();\n  private connection?: Connection;\n\n  async query(text: string) {\n    await this.gate.through(async () => {\n      if (!this.connection) {\n        this.connection = await connect();\n      }\n    });\n    return this.connection.query(text);\n  }\n}\n";
    let folder = folder(&[("gate.ts", lock), ("a.ts", user), ("racelint.toml", "")]);
    let run_now = "[models.calls]\n\"Gate.through\" = \"run 0 now\"\n";
    write(folder.path(), "racelint.toml", run_now);
    let unlocked = found(folder.path(), &[]);
    assert!(unlocked.iter().any(|line| line.contains(RULE)), "without a lock it breaks: {unlocked:?}");
    write(folder.path(), "racelint.toml", "[models.calls]\n\"Gate.through\" = \"run 0 locked\"\n");
    assert_eq!(found(folder.path(), &[]), Vec::<String>::new(), "behind a lock it does not");
    write(folder.path(), "racelint.toml", "[models.calls]\n\"Gate.through\" = \"lock\"\n");
    let ran = check(folder.path(), &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`Gate.through` = `lock`: there is no such effect"), "{ran:?}");
}

#[test]
fn what_is_wrong_is_said_with_a_suggestion() {
    let cases = [
        ("racelint.toml", "\nexcldue = []\n", "racelint.toml:2: unknown field `excldue`; did you mean `exclude`?"),
        (
            "racelint.toml",
            "rules.racy-lazi-init = \"off\"\n",
            "racelint.toml:1: there is no rule `racy-lazi-init`; did you mean `racy-lazy-init`?",
        ),
        ("racelint.toml", "rules.double-lock = \"warning\"\n", "unknown variant `warning`; did you mean `warn`?"),
        ("racelint.toml", "exclude = 1\n", "racelint.toml:1: invalid type"),
        ("racelint.toml", "exclude = [\"a{b\"]\n", "`a{b` is no pattern"),
        ("racelint.toml", "a = [\n", "racelint.toml:"),
        ("racelint.toml", "[[overrides]]\nrules = {}\n", "missing field `files`"),
        (
            "package.json",
            "{\n\"racelint\": { \"rule\": {} } }",
            "package.json:2: unknown field `rule`; did you mean `rules`?",
        ),
        (
            "Cargo.toml",
            "[package.metadata.racelint]\nincude = []\n",
            "Cargo.toml:2: unknown field `incude`; did you mean `include`?",
        ),
        ("racelint.toml", "extends = [\"none.toml\"]\n", "extends `none.toml`, which does not exist"),
        ("racelint.toml", "extends = [\"racelint.toml\"]\n", "extends itself"),
        ("racelint.toml", "extends = [\"Cargo.toml\"]\n", "extends `Cargo.toml`, which"),
    ];
    for (path, text, said) in cases {
        let folder = folder(&[("a.ts", RACY), (path, text)]);
        let ran = check(folder.path(), &[]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{text}: {}", ran.err);
        assert!(ran.err.contains(said), "{text}: {}", ran.err);
        assert_eq!(check(folder.path(), &["--isolated"]).code, 1, "{text}");
        assert_eq!(run(folder.path(), &["config"]).code, 2, "{text}");
    }
    let folder = folder(&[("a.ts", RACY)]);
    assert!(check(folder.path(), &["--config", "none.toml"]).err.contains("none.toml: there is no such file"));
}

#[test]
fn nothing_outside_of_the_project_is_read() {
    let folder = folder(&[
        ("secret.toml", "rules.all = \"off\"\n"),
        ("project/racelint.toml", "extends = [\"../secret.toml\"]\n"),
        ("project/a.ts", RACY),
    ]);
    let project = folder.path().join("project");
    let ran = check(&project, &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("lies outside of the project"), "{ran:?}");
    #[cfg(unix)]
    {
        std::fs::remove_file(project.join("racelint.toml")).expect("it is there");
        std::os::unix::fs::symlink("../secret.toml", project.join("racelint.toml")).expect("a link");
        let ran = check(&project, &[]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("lies outside of the project") && !ran.err.contains("rules.all"), "{ran:?}");
    }
}

#[test]
fn a_begun_configuration_changes_nothing() {
    let folder = folder(&[("a.ts", RACY)]);
    let ran = run(folder.path(), &["init"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "./racelint.toml is written.\n"));
    assert!(read(folder.path(), "racelint.toml").contains("# exclude ="));
    assert_eq!(found(folder.path(), &[]), [FINDING]);
    let again = run(folder.path(), &["init"]);
    assert_eq!(again.code, 2, "nothing is overwritten: {again:?}");
    // What is commented out is valid, too.
    let template = read(folder.path(), "racelint.toml");
    let lines = template.lines().map(|line| match line.strip_prefix("# ") {
        Some(code) if code.contains(" = ") && !code.contains(". ") || code.starts_with('[') => code,
        _ => line,
    });
    let whole = lines.collect::<Vec<_>>().join("\n").replace("extends", "# extends");
    write(folder.path(), "racelint.toml", &whole);
    let ran = run(folder.path(), &["config", "scripts/a.ts"]);
    assert_eq!(ran.code, 2, "a path that is not there: {ran:?}");
    write(folder.path(), "scripts/a.ts", "");
    let ran = run(folder.path(), &["config", "scripts/a.ts"]);
    assert!(
        ran.out.contains("non-atomic-update = \"off\"") && ran.out.contains("include-tests = true"),
        "{ran:?}\n{whole}"
    );
}

#[test]
fn what_is_in_force_is_printed_in_its_own_form() {
    let config = "exclude = [\"gen/\"]\n[[overrides]]\nfiles = [\"src/\"]\nrules.double-lock = \"off\"\n";
    let folder = folder(&[("racelint.toml", config), ("src/a.ts", ""), ("gen/a.ts", "")]);
    let ran = run(folder.path(), &["config", "src/a.ts"]);
    assert!(ran.out.starts_with("# src/a.ts: racelint.toml\n"), "{ran:?}");
    let printed: toml::Table = ran.out.parse().expect("TOML");
    assert_eq!(printed["rules"]["double-lock"].as_str(), Some("off"));
    assert_eq!(printed["rules"]["lock-order"].as_str(), Some("error"));
    assert_eq!(printed["rules"]["unused-suppression"].as_str(), Some("warn"));
    assert!(run(folder.path(), &["config", "gen/a.ts"]).out.contains("not read unless"));
    assert!(run(folder.path(), &["config", "--isolated"]).out.contains("no configuration"));
    write(folder.path(), "ci/strict.toml", "rules.double-lock = \"warn\"\n");
    let given: toml::Table =
        run(folder.path(), &["config", "--config", "ci/strict.toml", "src/a.ts"]).out.parse().expect("TOML");
    assert_eq!(given["rules"]["double-lock"].as_str(), Some("warn"));
}

/// `UPDATE_DOCS=1 cargo test` writes it.
#[test]
fn the_schema_is_current() {
    let printed = run(folder(&[]).path(), &["config", "--schema"]).out;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("racelint.schema.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &printed).expect("the schema can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, printed, "racelint.schema.json is not current: UPDATE_DOCS=1 cargo test --test surface");
    let schema: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let options = schema["properties"].as_object().expect("properties");
    assert!(options.keys().any(|key| key == "min-confidence") && schema["additionalProperties"] == false);
    assert_eq!(options["rules"]["properties"]["lock-order"]["$ref"], "#/$defs/Level");
}
