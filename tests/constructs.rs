//! No construct of a language hides what stands behind it or inside it: the same race is written behind each and inside
//! each, and must be found everywhere.

use std::collections::BTreeSet;
use std::process::Command;

const RACE: &str = "const seen = this.n; const more = await fetchMore(seen); this.n = seen + more;";

/// Behind each of these a race is found.
const BEFORE: &[(&str, &str)] = &[
    ("nothing", ""),
    ("for_of", "for (const x of xs) { log(x) }"),
    ("for_of_await", "for (const x of xs) { await send(x) }"),
    ("for_in", "for (const k in opts) { log(k) }"),
    ("for_await", "for await (const x of stream) { log(x) }"),
    ("for", "for (let i = 0; i < xs.length; i++) { log(xs[i]) }"),
    ("while", "while (xs.length > 0) { log(xs.pop()) }"),
    ("do_while", "do { log(1) } while (opts.more())"),
    ("while_true", "while (true) { const r = await send(1); if (r.done) break; log(r) }"),
    ("labels", "outer: for (const x of xs) { for (const y of x) { if (y) continue outer; log(y) } }"),
    ("retries", "let n = 0; while (n < 3) { try { await send(1); break } catch (e) { n++; await send(n) } }"),
    ("try_catch", "try { await send(1) } catch (e) { log(e) }"),
    ("rethrow", "try { await send(1) } catch (e) { log(e); throw e }"),
    ("try_finally", "try { await send(1) } finally { log(2) }"),
    ("switch", "switch (opts.k) { case 'a': log(1); break; case 'b': log(2); break; default: log(3) }"),
    ("if_else", "if (opts.a) { log(1) } else { await send(2) }"),
    ("early_return", "if (!opts.a) return"),
    ("throw", "if (!opts.a) throw new Error('x')"),
    ("for_each", "xs.forEach((x: any) => log(x))"),
    ("for_each_async", "xs.forEach(async (x: any) => { await send(x) })"),
    ("all", "await Promise.all(xs.map(async (x: any) => { await send(x) }))"),
    ("all_settled", "await Promise.allSettled([send(1), send(2)])"),
    ("race", "await Promise.race([send(1), send(2)])"),
    ("new_promise", "await new Promise((r) => setTimeout(r, 10))"),
    ("then", "await send(1).then((r: any) => log(r)).catch((e: any) => log(e))"),
    ("destructuring", "const { a, b: [c], ...rest } = await send(1)"),
    ("optional_call", "opts?.cb?.(1)"),
    ("ternary", "const v = opts.a ? await send(1) : 2"),
    ("nullish", "const v = opts.v ?? (await send(1))"),
    ("and", "opts.a && (await send(1))"),
    ("closure", "const f = () => { log(1) }; f()"),
    ("called_at_once", "await (async () => { await send(1) })()"),
    ("generator", "for (const x of this.each()) { log(x) }"),
    ("using", "await using h = await send(1)"),
    (
        "many_tests",
        "if (opts.a) log(1); if (opts.b) log(2); if (opts.c) log(3); if (opts.d) log(4); if (opts.e) log(5); if (opts.f) log(6); if (opts.g) log(7); if (opts.h) log(8)",
    ),
];

/// Inside each of these, too.
const AROUND: &[(&str, &str)] = &[
    ("try_body", "try { RACE } catch (e) { log(e) }"),
    ("finally_body", "try { await send(1) } finally { RACE }"),
    ("catch_body", "try { await send(1) } catch (e) { RACE }"),
    ("else_body", "if (opts.a) { log(1) } else { RACE }"),
    ("for_of_body", "for (const x of xs) { RACE }"),
    ("while_body", "while (xs.length) { RACE xs.pop() }"),
    ("for_ever_body", "a: for (;;) { RACE break a }"),
    ("switch_body", "switch (opts.k) { case 'a': RACE break; case 'b': log(1) }"),
    ("called_at_once_body", "await (async () => { RACE })()"),
    ("helper_body", "const run = async () => { RACE }; await run()"),
    ("then_body", "return send(1).then(async () => { RACE })"),
];

fn class(name: &str, body: &str) -> String {
    format!(
        "declare const xs: any, opts: any, stream: any
declare function log(x: any): void
declare function send(x: any): Promise<any>
declare function fetchMore(x: number): Promise<number>
class Store_{name} {{
  n = 0;
  *each() {{ yield 1 }}
  async work() {{
    {body}
  }}
}}
export const store_{name} = new Store_{name}()
"
    )
}

#[test]
fn no_construct_hides_a_race() {
    let folder = tempfile::tempdir().expect("a folder");
    let behind = BEFORE.iter().map(|(name, before)| (*name, format!("{before}\n    {RACE}")));
    let inside = AROUND.iter().map(|(name, around)| (*name, around.replace("RACE", RACE)));
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for (name, body) in behind.chain(inside) {
        std::fs::write(folder.path().join(format!("{name}.ts")), class(name, &body)).expect("a file");
        missing.insert(format!("{name}.ts"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_racelint"));
    let command = command.args(["check", "--no-cache", "--isolated", "--format", "json", "."]);
    let out = command.current_dir(folder.path()).output().expect("it runs");
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    for found in report["findings"].as_array().expect("findings") {
        if found["rule"] == "non-atomic-update" {
            missing.remove(found["path"].as_str().unwrap_or_default());
        }
    }
    assert_eq!(missing, BTreeSet::new(), "the race behind or inside these is not found");
}
