//! A project's own wrappers, as its `racelint.toml` names them.

use std::path::Path;
use std::process::Command;

fn rules_found(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    check(folder.path())
}

fn check(folder: &Path) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    let out =
        command.args(["check", "--no-cache", "--format", "json", "."]).current_dir(folder).output().expect("it runs");
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|found| format!("{} {}", found["rule"], found["span"]["start"]["line"])).collect()
}

const CODE: &str = r#"import { PrismaClient } from "@prisma/client";
import { replaceAll, withTx } from "@own/store";

const prisma = new PrismaClient();

export async function plain(teamId: string, members: Member[]) {
  await prisma.team.update({ where: { id: teamId }, data: { size: members.length } });
  await replaceAll(prisma, "member", { teamId, members });
}

export async function wrapped(teamId: string) {
  await withTx(prisma, async (handle) => {
    await handle.team.update({ where: { id: teamId }, data: { size: 0 } });
    await prisma.member.deleteMany({ where: { teamId } });
  });
}
"#;

const MODELS: &str = r#"
[models.library.prisma.lines]
"replaceAll()" = "upsert table 1 where 2 on 0"
"withTx()" = "transaction run 1"
"#;

#[test]
fn a_wrapper_that_nobody_knows_says_nothing() {
    let found = rules_found(&[("racelint.toml", ""), ("a.ts", CODE)]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn own_lines_tell_what_writes_and_what_is_a_transaction() {
    let found = rules_found(&[("racelint.toml", MODELS), ("a.ts", CODE)]);
    assert_eq!(found, ["\"non-transactional-updates\" 8", "\"escaped-transaction\" 14"]);
}

#[test]
fn lines_that_do_not_read_are_a_note() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("racelint.toml"), "[models.library.own.lines]\n\"x()\" = \"no such word\"\n")
        .expect("a file");
    std::fs::write(folder.path().join("a.ts"), "export const a = 1;\n").expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    let out = command.args(["check", "--no-cache", "."]).current_dir(folder.path()).output().expect("it runs");
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("no such line"), "{said}");
}
