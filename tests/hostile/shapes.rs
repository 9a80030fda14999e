//! Shapes: code that nests, repeats or goes on as no person would write it goes through all of racelint in good time.

use crate::run::{check, folder, put, racelint};

/// Each is a project of one file.
fn shapes() -> Vec<(&'static str, &'static str, String)> {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let around =
        |open: &str, middle: &str, close: &str, n: usize| format!("{}{middle}{}", open.repeat(n), close.repeat(n));
    vec![
        ("parentheses", "a.ts", format!("export const a = {};", around("(", "1", ")", 10_000))),
        ("parentheses", "a.rs", format!("const A: u32 = {};", around("(", "1", ")", 10_000))),
        ("functions", "a.ts", around("async function f() { await x; ", "", "}", 5_000)),
        ("functions", "a.rs", around("fn f() { ", "", "}", 5_000)),
        ("closures", "a.rs", format!("fn f() {{ let a = {}; }}", around("|| { ", "1", " }", 5_000))),
        ("blocks of tasks", "a.rs", format!("fn f() {{ {} }}", around("tokio::spawn(async { ", "", " });", 5_000))),
        ("long text", "a.ts", format!("export const a = '{}';", "x".repeat(2 << 20))),
        ("long text", "a.rs", format!("const A: &str = \"{}\";", "x".repeat(2 << 20))),
        ("a long number", "a.ts", format!("export const a = {}n;", "9".repeat(200_000))),
        (
            "a long number",
            "a.rs",
            format!("const A: u128 = {}; fn f() {{ m!({}) }}", "9".repeat(200_000), "1_".repeat(99_999)),
        ),
        ("a long name", "a.ts", format!("export async function {0}() {{ await {0}(); }}", "a".repeat(200_000))),
        ("a long list", "a.ts", format!("export const a = [{}];", "0,".repeat(100_000))),
        ("a long list", "a.rs", format!("const A: [u8; 50000] = [{}];", "0,".repeat(50_000))),
        ("many functions on one place", "a.ts", {
            let method = |at| {
                format!(" async f{at}() {{ if (this.y) return; const v = this.x; await g(v); this.x = v + {at}; }}\n")
            };
            format!("export class S {{ x = 0; y = false;\n{}}}\nexport const s = new S();\n", many(600, &method))
        }),
        ("many looks at one file", "a.ts", {
            let one = |at| {
                format!(
                    "export async function f{at}() {{ if (!fs.existsSync('a{}')) fs.writeFileSync('a{}', b); }}\n",
                    at % 5,
                    at % 5
                )
            };
            format!("import fs from 'fs';\n{}", many(600, &one))
        }),
        ("many locks of one type", "a.rs", {
            let fields = many(200, &|at| format!("m{at}: Mutex<u32>, "));
            let one = |at: usize| {
                let (a, b) = (at % 200, (at * 7 + 1) % 200);
                format!(
                    " fn f{at}(&self) {{ let a = self.m{a}.lock().unwrap(); let b = self.m{b}.lock().unwrap(); drop((a, b)); }}\n"
                )
            };
            format!("use std::sync::Mutex;\npub struct S {{ {fields} }}\nimpl S {{\n{}}}\n", many(600, &one))
        }),
        ("a long chain of calls", "a.ts", {
            let method = |at| format!(" async f{at}() {{ const v = this.x; await this.f{}(); this.x = v; }}\n", at + 1);
            format!("export class S {{ x = 0;\n{}}}\n", many(1_000, &method))
        }),
        ("a function of many steps", "a.ts", {
            let step = |at| format!("  if (!this.y{at}) {{ this.y{at} = await g({at}); }}\n");
            format!("export class S {{\n async f() {{\n{}}}\n}}\n", many(1_000, &step))
        }),
        ("one condition after the other", "a.ts", {
            let step = |at| format!("  if (a[{at}]) {{ this.x = this.x + 1; await g(); }} else {{ this.x--; }}\n");
            format!("export class S {{ x = 0;\n async f(a) {{\n{}}}\n}}\n", many(300, &step))
        }),
    ]
}

#[test]
fn no_shape_takes_long_or_stops_a_run() {
    for (form, path, text) in shapes() {
        let project = folder(&[(path, &text), ("racelint.toml", "")]);
        // What is named is read, though it looks like no work of a person.
        let ran = racelint(project.path(), &["check", "--format", "json", path]);
        ran.is_well(&format!("{form} in {path}"));
        assert_eq!(ran.json()["summary"]["files"], 1, "{form} in {path}");
    }
}

#[test]
fn odd_text_is_read() {
    let texts = [
        ("mixed line ends", "let a = 1;\r\nlet b = 2;\rlet c = 3;\n\r\nexport { a, b, c };\r"),
        ("line separators", "let a = 1;\u{2028}let b = 2;\u{2029}let c = 3;"),
        ("marks of direction", "let a = '\u{202e}\u{2066}'; // \u{202d}\u{200f}\nlet \u{3b1}\u{301} = 1;"),
        ("names in other scripts", "export async function 取得() { const ключ = await جلب(); return ключ; }"),
        ("pictures", "const a = '👩‍👩‍👧‍👦🏳️‍🌈'; const b = `\u{1f600}${a}`;"),
        ("the last characters there are", "let a = '\u{10ffff}\u{fffe}\u{ffff}'; \u{feff} let b;"),
        ("combining marks", "let a\u{300}\u{301}\u{302} = 1; // Z\u{351}\u{36b}\u{343}"),
        ("nothing but blanks", "\u{a0}\u{3000}\u{2003}\t\u{b}\u{c}\n"),
        ("escapes in names", "let \\u{61}b = 1; class A { #\\u0061; }"),
    ];
    for (form, text) in texts {
        let rust = text.replace("let ", "static ");
        let project =
            folder(&[("racelint.toml", ""), ("a.ts", text), ("b.js", text), ("c.tsx", text), ("d.rs", &rust)]);
        let ran = check(project.path());
        ran.is_well(form);
        assert_eq!(ran.json()["summary"]["files"], 4, "{form}");
    }
}

#[test]
fn modules_in_circles_and_twice() {
    let project = folder(&[
        ("racelint.toml", ""),
        ("src/lib.rs", "#[path = \"lib.rs\"] mod own; mod a; mod a; mod b; pub use a::*; pub use b::*;"),
        ("src/a.rs", "pub use super::b::*; pub use super::*; mod a;"),
        ("src/a/mod.rs", "pub use crate::a::*; #[path = \"../b.rs\"] mod b;"),
        ("src/a/a.rs", "#[path = \"../../src/a.rs\"] mod up;"),
        (
            "src/b.rs",
            "pub use super::a::*; #[path = \"/etc/hostname.rs\"] mod outside; #[path = \"../../x.rs\"] mod x;",
        ),
        ("web/a.ts", "export * from './b'; export * from './a'; import { x } from './b'; export { x as y };"),
        ("web/b.ts", "export * from './a'; export { y as x } from './a'; export class C extends D {} "),
        ("web/c.ts", "import { C } from './b'; export class D extends C { async f() { await this.f(); } }"),
        ("web/a.tsx", "export * from '../../outside'; import '/etc/passwd'; import a from 'a'; require('./c');"),
        ("web/a/index.ts", "export * from '..'; export * from '.';"),
        (
            "web/package.json",
            "{ \"name\": \"a\", \"main\": \"./package.json\", \"exports\": { \".\": \"./a\", \"./*\": \"./*\" } }",
        ),
        ("web/tsconfig.json", "{ \"extends\": \"./tsconfig.json\", \"references\": [{ \"path\": \".\" }] }"),
    ]);
    check(project.path()).is_well("circles");
    put(project.path(), "web/tsconfig.json", "{ \"extends\": [\"./b.json\", \"./b.json\"] }");
    put(
        project.path(),
        "web/b.json",
        "{ \"extends\": \"./tsconfig.json\", \"compilerOptions\": { \"paths\": { \"*\": [\"*\"] } } }",
    );
    check(project.path()).is_well("circles of configurations");
}
