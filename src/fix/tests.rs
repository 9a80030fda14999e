//! Where a cure is a fix, and where the code is not what it expects and nothing is offered.

use super::{Desk, apply};
use crate::facts::{FileId, Span};
use crate::finding::{Cure, Edit, Spot};
use crate::source::Sources;

/// The text with the cure for what stands between `«` and `»`.
fn mended(path: &str, marked: &str, cure: fn(Spot) -> Cure) -> Option<String> {
    let (before, rest) = marked.split_once('«').expect("a mark");
    let (inside, after) = rest.split_once('»').expect("its end");
    let text = format!("{before}{inside}{after}");
    let sources = Sources::of(&[(path, &text)]);
    let span = Span::new(before.len() as u32, (before.len() + inside.len()) as u32);
    let fix = Desk::new(&sources).work_out(&cure(Spot { file: FileId(0), span }))?;
    let file = sources.file(FileId(0));
    let edit =
        |(at, text): (Spot, String)| Edit { path: path.to_owned(), span: file.range(at.span), text, file: at.file };
    let edits: Vec<Edit> = fix.edits.into_iter().map(edit).collect();
    let mended = apply(text.as_bytes(), &edits.iter().collect::<Vec<_>>());
    Some(String::from_utf8(mended).expect("text"))
}

fn ts(marked: &str, cure: fn(Spot) -> Cure) -> Option<String> {
    mended("a.ts", marked, cure)
}

fn rs(marked: &str, cure: fn(Spot) -> Cure) -> Option<String> {
    mended("a.rs", marked, cure)
}

const RETURNS: fn(Spot) -> Cure = |clear| Cure::AwaitReturns { clear };
const WAIT: fn(Spot) -> Cure = |write| Cure::WaitFirst { write };
const CLAIM: fn(Spot) -> Cure = |set| Cure::ClaimFirst { set };
const NAME: fn(Spot) -> Cure = |taken| Cure::NameGuard { taken };
const HOIST: fn(Spot) -> Cure = |taken| Cure::Hoist { taken };

#[test]
fn returned_work_is_waited_for_where_no_catch_would_see_its_errors() {
    let code = |inner: &str, end: &str| format!("async function f() {{ try {{ {inner} }} {end} }}");
    let clear = "finally { «busy = false»; }";
    let mended = ts(&code("if (a) return g(); return h(); ", clear), RETURNS).expect("a fix");
    assert!(mended.contains("if (a) return await g(); return await h();"), "{mended}");
    assert_eq!(ts(&code("return g();", "catch (e) { log(e); } finally { «busy = false»; }"), RETURNS), None);
    assert_eq!(ts(&code("try { return g(); } catch { }", clear), RETURNS), None);
    assert_eq!(ts(&code("return 1;", clear), RETURNS), None, "there is nothing to wait for");
    assert_eq!(ts(&code("run(() => { return g(); });", clear), RETURNS), None, "another function's");
    assert_eq!(ts(&code("return g();", clear).replace("async ", ""), RETURNS), None, "it cannot wait");
    assert_eq!(ts(&code("return g(;", clear), RETURNS), None, "it does not parse");
}

#[test]
fn a_sum_waits_first_where_nothing_else_is_evaluated() {
    let code = |statement: &str| format!("async function f() {{\n  {statement};\n}}\n");
    let mended = |statement: &str| ts(&code(statement), WAIT);
    let expected = |text: &str| Some(format!("async function f() {{\n  {text}\n}}\n"));
    assert_eq!(mended("«sum += await g()»"), expected("const value = await g();\n  sum += value;"));
    assert_eq!(
        mended("«this.a.b = this.a.b + (await g())»"),
        expected("const value = await g();\n  this.a.b = this.a.b + value;")
    );
    let bare = ts("async function f() {\n  «sum += await g()»\n}\n", WAIT);
    assert_eq!(bare.as_deref(), Some("async function f() {\n  const value = await g()\n  sum += value\n}\n"));
    for other in [
        "«sum += h() + (await g())»",
        "«list[next()] += await g()»",
        "«sum = base + (await g())»",
        "«sum = sum + (await g()) + (await h())»",
        "«sum = (await g()) + sum»",
        "if (a) «sum += await g()»",
        "const x = («sum += await g()»)",
    ] {
        assert_eq!(mended(other), None, "{other}");
    }
}

#[test]
fn what_was_read_before_is_read_late_where_nothing_else_uses_it() {
    let code = |between: &str| format!("async function f() {{\n  const old = n;\n  {between}\n  «n = old + 1»;\n}}\n");
    let mended = ts(&code("await g();"), WAIT);
    assert_eq!(mended.as_deref(), Some("async function f() {\n  await g();\n  n = n + 1;\n}\n"));
    assert_eq!(ts(&code("await g(old);"), WAIT), None);
    assert_eq!(ts(&code("// about it\n  await g();").replace("const", "let"), WAIT), None);
}

#[test]
fn a_claim_moves_up_only_with_all_that_needs_it() {
    let code = |waits: &str, attempt: &str| {
        format!("async function f() {{\n  if (busy) return;\n  {waits}\n  «busy = true»;\n  {attempt}\n}}\n")
    };
    let attempt = "try {\n    use(a);\n  } finally {\n    busy = false;\n  }";
    let moved = ts(&code("const a = await g();", attempt), CLAIM).expect("a fix");
    let expected =
        "  if (busy) return;\n  busy = true;\n  try {\n    const a = await g();\n    use(a);\n  } finally {\n";
    assert!(moved.contains(expected), "{moved}");
    let caught = attempt.replace("} finally", "} catch (error) {\n    log(error);\n  } finally");
    assert_eq!(ts(&code("const a = await g();", &caught), CLAIM), None, "it would see other errors");
    assert_eq!(ts(&code("const a = await g();", &format!("{attempt}\n  done(a);")), CLAIM), None, "`a` is used behind");
    assert_eq!(ts(&code("const a = await g(busy);", attempt), CLAIM), None, "it asks for the mark");
    assert_eq!(ts(&code("const a = await g(`x\ny`);", attempt), CLAIM), None, "white space is part of the text");
    assert_eq!(ts(&code("const a = await g();", &attempt.replace("busy = false", "other = false")), CLAIM), None);
}

#[test]
fn a_guard_is_named_where_that_cannot_block_what_follows() {
    let code = |statement: &str, later: &str| format!("fn f(m: &M) {{\n    {statement};\n    {later};\n}}\n");
    let mended = |statement: &str, later: &str| rs(&code(statement, later), NAME);
    assert!(
        mended("let _ = «m.lock()».unwrap()", "g()")
            .is_some_and(|text| text.contains("let _guard = m.lock().unwrap();"))
    );
    assert!(mended("«m.lock()»", "g()").is_some_and(|text| text.contains("    let _guard = m.lock();\n")));
    assert!(
        mended("let _ = «m.lock()»", "let _guard = n()").is_some_and(|text| text.contains("let _held = m.lock();"))
    );
    assert_eq!(mended("let _ = «m.lock()»", "m.lock().push(1)"), None, "it would wait for itself");
    assert_eq!(mended("let first = «m.lock()»", "g()"), None);
    let suspended = code("let _ = «m.lock()»", "g().await").replace("fn f", "async fn f");
    assert_eq!(rs(&suspended, NAME), None, "a lock of threads over a wait");
}

#[test]
fn a_value_is_taken_out_first_where_it_borrows_nothing() {
    let code = |head: &str| format!("fn f(m: &M) {{\n    if let Some(x) = {head} {{\n        g(x);\n    }}\n}}\n");
    let mended = rs(&code("«m.lock()».unwrap().pop()"), HOIST).expect("a fix");
    assert!(mended.contains("    let found = m.lock().unwrap().pop();\n    if let Some(x) = found {\n"), "{mended}");
    assert_eq!(rs(&code("«m.lock()».unwrap().get(1)"), HOIST), None, "it borrows from the guard");
    assert_eq!(rs(&code("«m.lock()».unwrap().iter().take(1)"), HOIST), None);
    let chained = code("«m.lock()».unwrap().pop()").replace("    if let", "    if a {} else if let");
    assert_eq!(rs(&chained, HOIST), None, "it would be asked for too early");
    let attributed = code("«m.lock()».unwrap().pop()").replace("    if let", "    #[cfg(unix)]\n    if let");
    assert_eq!(rs(&attributed, HOIST), None, "the attribute is about the statement");
}

/// The transaction begins the text and ends two bytes behind the act.
const HANDLE: fn(Spot) -> Cure = |act| {
    let transaction = Spot { file: act.file, span: Span::new(0, act.span.end + 2) };
    Cure::PassHandle { act, transaction }
};

#[test]
fn a_write_in_a_transaction_goes_to_its_handle() {
    let mended = ts("db.transaction(async (tx) => {«db.rows.insert(1)»});", HANDLE);
    assert_eq!(mended.as_deref(), Some("db.transaction(async (tx) => {tx.rows.insert(1)});"));
    let mended = ts("db.transaction(tx => {«db.insert(1)»});", HANDLE);
    assert_eq!(mended.as_deref(), Some("db.transaction(tx => {tx.insert(1)});"));
    for other in [
        "db.transaction(async ({ rows }) => {«db.insert(1)»});",
        "db.transaction(async () => {«db.insert(1)»});",
        "db.transaction(async (tx) => {«other.insert(1)»});",
        "db.transaction(async (tx) => {«clear(1)»});",
    ] {
        assert_eq!(ts(other, HANDLE), None, "{other}");
    }
}

/// The looks of the texts below: `fs.existsSync(p)` and `p.exists()`.
const CREATE: fn(Spot) -> Cure = |write| create(write, Span::new(4, 20));
const CREATE_RUST: fn(Spot) -> Cure = |write| create(write, Span::new(12, 22));

fn create(write: Spot, look: Span) -> Cure {
    Cure::CreateNew { write, look: Spot { file: write.file, span: look }, safe: true }
}

#[test]
fn a_file_is_created_once_by_the_function_at_hand() {
    let code = |text: &str| format!("if (fs.existsSync(p)) throw taken;\n{text};\n");
    let same = |text: &str, cured: &str| assert_eq!(ts(&code(&format!("«{text}»")), CREATE), Some(code(cured)));
    same("fs.writeFileSync(p, d)", "fs.writeFileSync(p, d, { flag: \"wx\" })");
    same("fs.writeFileSync(p, d, 'utf8')", "fs.writeFileSync(p, d, { encoding: 'utf8', flag: 'wx' })");
    same("fs.writeFileSync(p, d, { mode: 0o600 })", "fs.writeFileSync(p, d, { flag: \"wx\", mode: 0o600 })");
    for other in ["fs.writeFileSync(p, d, { flag: 'a' })", "fs.writeFile(p, d, done)", "fs.mkdirSync(p)"] {
        assert_eq!(ts(&code(&format!("«{other}»")), CREATE), None, "{other}");
    }
    let rust =
        |text: &str| rs(&format!("fn f() {{ if p.exists() {{ return taken; }}\n    «{text}»\n}}\n"), CREATE_RUST);
    assert!(rust("File::create(p)").is_some_and(|text| text.contains("File::create_new(p)")));
    let written = rust("fs::write(p, &d)").expect("a fix");
    let cured = "fs::File::create_new(p).and_then(|mut file| std::io::Write::write_all(&mut file, (&d).as_ref()))";
    assert!(written.contains(cured), "{written}");
    assert_eq!(rust("fs::write(p, d()?)"), None, "`?` would leave another function");
    assert_eq!(rust("tokio::fs::write(p, d)"), None);
}

#[test]
fn a_file_is_created_once_only_because_it_was_not_there() {
    let write = "«fs.writeFileSync(p, d)»;";
    let is_mended = |text: &str| ts(text, CREATE).is_some();
    assert!(is_mended(&format!("if (fs.existsSync(p)) {{ log(); throw taken; }}\n{write}\n")));
    assert!(is_mended(&format!("if (fs.existsSync(p)) read(p); else {{ {write} }}\n")));
    for other in [
        format!("if (fs.existsSync(p)) log();\n{write}\n"),
        format!("if (fs.existsSync(p) && !force) throw taken;\n{write}\n"),
        format!("if (fs.existsSync(p)) {{ {write} }}\n"),
        format!("if (fs.existsSync(p)) throw taken;\nconst later = () => {{ {write} }};\n"),
        "if (fs.existsSync(p)) throw taken;\n«fs.writeFileSync(other, d)»;\n".to_owned(),
    ] {
        assert!(!is_mended(&other), "{other}");
    }
    let negated =
        |then: &str| ts(&format!("if(!fs.existsSync(p)) {{ {then} }}\n"), |write| create(write, Span::new(4, 20)));
    assert!(negated(write).is_some());
}

const ONE_STEP: fn(Spot) -> Cure = |write| Cure::OneStep { write };

#[test]
fn a_load_and_a_store_are_one_step_where_nothing_else_rests_on_them() {
    let code = |text: &str| format!("fn f(n: &AtomicU64) {{\n    {text};\n}}\n");
    let same = |text: &str, cured: &str| assert_eq!(rs(&code(text), ONE_STEP), Some(code(cured)), "{text}");
    same("«n.store(n.load(SeqCst) + 2, O::SeqCst)»", "n.fetch_add(2, O::SeqCst)");
    same("let a = n.load(O::Acquire);\n    «n.store(a | bit, O::Release)»", "n.fetch_or(bit, O::AcqRel)");
    same("let a = n.load(O::Acquire);\n    «n.store(a.max(b), O::Relaxed)»", "n.fetch_max(b, O::Acquire)");
    same(
        "let a = n.load(O::Relaxed);\n    «n.store(a - 1, O::Relaxed)»;\n    g(a)",
        "let a = n.fetch_sub(1, O::Relaxed);\n    g(a)",
    );
    for other in [
        "let a = n.load(O::Relaxed);\n    g(a);\n    «n.store(a + 1, O::Relaxed)»",
        "let a = n.load(O::Relaxed);\n    g(n);\n    «n.store(a + 1, O::Relaxed)»",
        "let a = n.load(O::Relaxed);\n    «n.store(a + a, O::Relaxed)»",
        "let a = n.load(O::Relaxed);\n    «n.store(a + b?, O::Relaxed)»",
        "let a = n.load(O::Relaxed);\n    «n.store(g(a), O::Relaxed)»",
        "let a = m.load(O::Relaxed);\n    «n.store(a + 1, O::Relaxed)»",
        "let a = n.load(order);\n    «n.store(a + 1, order)»",
        "let a = n.load(O::Relaxed);\n    if a < 9 { «n.store(a + 1, O::Relaxed)» }",
    ] {
        assert_eq!(rs(&code(other), ONE_STEP), None, "{other}");
    }
}

const OVER: fn(Spot) -> Cure = |write| Cure::RenameOver { write };

#[test]
fn a_file_is_written_beside_its_place_by_the_functions_at_hand() {
    let head = "import * as fs from 'node:fs/promises';\n";
    let text = format!("{head}async function f() {{\n  await «fs.writeFile(p, d, \"utf8\")»;\n}}\n");
    let mended = ts(&text, OVER).expect("a fix");
    let expected = "\nimport { randomUUID } from 'node:crypto';\nasync function f() {\n  \
        const temporary = `${p}.${randomUUID()}.tmp`;\n  try {\n    await fs.writeFile(temporary, d, \"utf8\");\n    \
        await fs.rename(temporary, p);\n  } catch (error) {\n    await fs.rm(temporary, { force: true });\n    \
        throw error;\n  }\n}\n";
    assert!(mended.ends_with(expected), "{mended}");
    let named =
        "import { writeFileSync } from \"fs\";\nimport { hash } from \"crypto\";\n«writeFileSync(this.p, d)»;\n";
    let mended = ts(named, OVER).expect("a fix");
    assert!(
        mended.starts_with("import { renameSync, rmSync, writeFileSync } from \"fs\";\nimport { randomUUID, hash }")
    );
    assert!(mended.contains("  renameSync(temporary, this.p);\n} catch"), "{mended}");
    let known = "import { renameSync, rmSync, writeFileSync } from \"fs\";\n«writeFileSync(p, d)»;\n";
    assert!(ts(known, OVER).is_some_and(|text| text.matches("renameSync").count() == 2));
    let whole = "import fs from \"fs\";\nimport crypto from \"crypto\";\n«fs.writeFileSync(p, d)»;\n";
    assert!(
        ts(whole, OVER)
            .is_some_and(|text| text.contains("${crypto.randomUUID()}") && text.matches("import").count() == 2)
    );
    let required = "const fs = require(\"fs\");\n«fs.writeFileSync(p, d)»;\n";
    assert!(ts(required, OVER).is_some_and(|text| text.contains("`${p}.${require(\"crypto\").randomUUID()}.tmp`")));
    for other in [
        "«writeFileSync(p, d)»;\n",
        "const done = «fs.writeFile(p, d)»;\n",
        "fs.open(p).then(() => «fs.writeFileSync(p, d)»);\n",
        "«fs.writeFileSync(next(), d)»;\n",
        "«fs.appendFileSync(p, d)»;\n",
        "const p = new URL(\"x\", import.meta.url);\n«fs.writeFileSync(p, d)»;\n",
    ] {
        assert_eq!(ts(other, OVER), None, "{other}");
    }
    let code = |text: &str| format!("fn f(p: &Path) -> io::Result<()> {{\n    {text}\n}}\n");
    let mended = rs(&code("«fs::write(p, d)»?;"), OVER).expect("a fix");
    let expected = "    fs::write(&temporary, d)\n        .and_then(|()| fs::rename(&temporary, p))\n        \
        .map_err(|error| { let _ = fs::remove_file(&temporary); error })?;\n";
    assert!(mended.contains(expected) && mended.contains("Path::new(&p).with_extension("), "{mended}");
    for other in ["«tokio::fs::write(p, d)».await?;", "«fs::write(next(), d)»?;", "«fs::write(p, d().await)»?;"] {
        assert_eq!(rs(&code(other), OVER), None, "{other}");
    }
}

const MEMOISE: fn(Spot) -> Cure = |write| Cure::Memoise { write };

fn in_class(field: &str, body: &str) -> String {
    format!("class A {{\n  {field}\n  async f(a: string) {{\n    {body}\n  }}\n}}\nasync function g() {{}}\n")
}

#[test]
fn a_promise_is_kept_beside_a_private_field() {
    let mended = |field: &str, body: &str| ts(&in_class(field, body), MEMOISE);
    let wait = "xPromise ??= g();\n      try {\n        ";
    let one = mended("private x: X | null;", "if (!this.x) {\n      «this.x = await g()»;\n    }").expect("a fix");
    assert!(one.contains("\n  private x: X | null;\n  private xPromise: Promise<X> | undefined;\n"), "{one}");
    assert!(one.contains(&format!("this.{wait}this.x = await this.xPromise;\n      }} finally {{\n")), "{one}");
    assert!(one.contains("\n        this.xPromise = undefined;\n      }\n    }\n"), "{one}");
    let hidden = mended("#x?: X;", "«this.#x ??= await g()»;").expect("a fix");
    assert!(hidden.contains("  #xPromise: Promise<X> | undefined;\n") && hidden.contains(&format!("this.#{wait}")));
    assert!(hidden.contains("    if (this.#x === undefined) {\n      this.#xPromise ??= g();\n"), "{hidden}");
    let shared = mended("private static x: X | undefined", "if (A.x === undefined) «A.x = await g()»").expect("a fix");
    assert!(shared.contains("\n  private static xPromise: Promise<X> | undefined\n"), "{shared}");
    assert!(shared.contains("    if (A.x === undefined) {\n      A.xPromise ??= g()\n      try {\n"), "{shared}");
    for (field, body) in [
        ("x: X | null;", "if (!this.x) {\n      «this.x = await g()»;\n    }"),
        ("protected x: X | null;", "if (!this.x) {\n      «this.x = await g()»;\n    }"),
        ("private x = null;", "if (!this.x) {\n      «this.x = await g()»;\n    }"),
        ("private x: X | null;", "if (this.x !== a) {\n      «this.x = await g()»;\n    }"),
        ("private x: X | null;", "if (!this.x || a) {\n      «this.x = await g()»;\n    }"),
        ("private x: X | null;", "if (!this.x) {\n      «this.x = await g()»;\n      h();\n    }"),
        ("private x: X | null;", "if (!this.x) {\n      «this.x = await g()»;\n    } else {\n      h();\n    }"),
        ("private x: X | null;", "if (!this.x) {\n      «this.x = g()»;\n    }"),
        ("private x: X | null;", "if (!this.x) {\n      run(function () { «this.x = await g()»; });\n    }"),
    ] {
        assert_eq!(mended(field, body), None, "{field} {body}");
    }
}

#[test]
fn what_takes_steps_to_make_is_made_in_a_function_of_its_own() {
    let mended = |body: &str| ts(&in_class("private x: X | null;", body), MEMOISE);
    let steps = mended("if (!this.x) {\n      const x = new X();\n      await x.open();\n      «this.x = x»;\n    }");
    let expected = "      this.xPromise ??= (async () => {\n        const x = new X();\n        await x.open();\n        \
        return x;\n      })();\n      try {\n        const x = await this.xPromise;\n        this.x = x;\n";
    assert!(steps.as_ref().is_some_and(|steps| steps.contains(expected)), "{steps:?}");
    let early = mended("if (this.x) return this.x;\n    const x = await g();\n    «this.x = x»;\n    return x;");
    let expected = "    this.xPromise ??= g();\n    try {\n      const x = await this.xPromise;\n      this.x = x;\n      \
        return x;\n    } finally {\n      this.xPromise = undefined;\n    }\n";
    assert!(early.as_ref().is_some_and(|early| early.contains(expected)), "{early:?}");
    for body in [
        "if (this.x) return this.x;\n    const x = await g();\n    «this.x = x»;\n    return await x.h();",
        "if (this.x) return this.x;\n    const y = await g();\n    const x = y.x;\n    «this.x = x»;\n    return y;",
        "if (this.x) return this.x;\n    const x = await g();\n    «this.x = x»;\n    x.on(1);\n    return x;",
        "if (!this.x) {\n      if (a) return;\n      const x = await g();\n      «this.x = x»;\n    }",
        "if (!this.x) {\n      count += 1;\n      const x = await g();\n      «this.x = x»;\n    }",
    ] {
        assert_eq!(mended(body), None, "{body}");
    }
}

#[test]
fn a_promise_is_kept_beside_a_variable_or_an_entry() {
    let module = |head: &str, body: &str| {
        format!("{head}\nasync function f(k, o) {{\n  {body}\n}}\nfunction g(k): Promise<X> {{}}\n")
    };
    let plain = mended("a.js", &module("let x = null;", "if (x == null) {\n    «x = await g()»;\n  }"), MEMOISE);
    assert!(plain.as_ref().is_some_and(|text| text.starts_with("let x = null;\nlet xPromise;\n")), "{plain:?}");
    let entry = "let x = all.get(k);\n  if (!x) {\n    x = await g(k);\n    «all.set(k, x)»;\n  }\n  return x;";
    let kept = ts(&module("const all = new Map<K, X>();", entry), MEMOISE).expect("a fix");
    assert!(kept.contains("\nconst allPromise = new Map<K, Promise<X>>();\n"), "{kept}");
    assert!(kept.contains("    const flight = allPromise.get(k) ?? g(k);\n    allPromise.set(k, flight);\n"), "{kept}");
    assert!(
        kept.contains("      x = await flight;\n      all.set(k, x);\n    } finally {\n      allPromise.delete(k);")
    );
    let looked = "if (!all.has(k)) {\n    «all.set(k, await g(k))»;\n  }";
    assert!(ts(&module("const all: Map<K, X> = new Map();", looked), MEMOISE).is_some());
    for (head, body) in [
        ("export let x: X | null = null;", "if (!x) {\n    «x = await g()»;\n  }"),
        ("let x: X, y: X;", "if (!x) {\n    «x = await g()»;\n  }"),
        ("const all = new Map();", looked),
        ("const all: Store<K, X> = new Store();", looked),
        ("const all = new Map<K, X>();", "if (!all.has(k)) {\n    «all.set(next(), await g(k))»;\n  }"),
        ("const all = new Map<K, X>();", "if (!all.has(o)) {\n    «all.set(k, await g(k))»;\n  }"),
    ] {
        assert_eq!(ts(&module(head, body), MEMOISE), None, "{head} {body}");
    }
}

/// Who comes second gets what was made for the first.
#[test]
fn what_is_made_for_a_callers_arguments_is_asked_for() {
    let safe = |body: &str| {
        let text = in_class("private x: X | null;", body);
        let (at, end) = (text.find("this.x = ").expect("a store"), text.rfind(";\n    }").expect("its end"));
        let sources = Sources::of(&[("a.ts", &text)]);
        let write = Spot { file: FileId(0), span: Span::new(at as u32, end as u32) };
        Desk::new(&sources).work_out(&Cure::Memoise { write }).map(|fix| fix.safe)
    };
    assert_eq!(safe("if (!this.x) {\n      this.x = await g();\n    }"), Some(true));
    assert_eq!(safe("if (!this.x) {\n      this.x = await g(a);\n    }"), Some(false));
    assert_eq!(safe("const b = a + 1;\n    if (!this.x) {\n      this.x = await g(b);\n    }"), Some(false));
}

#[test]
fn a_guard_that_is_needed_no_more_is_dropped() {
    let mended = |work: &str, next: &str| {
        let text = format!("fn f(&self) {{\n    let mut g = m.lock().unwrap();\n    {work}\n    {next}\n}}\n");
        let spot = |at: usize| Spot { file: FileId(0), span: Span::new(at as u32, at as u32 + 8) };
        let taken = spot(text.find("m.lock()").expect("a lock"));
        let until = spot(text.find("self.h()").or_else(|| text.rfind("m.lock()")).expect("what comes next"));
        let sources = Sources::of(&[("a.rs", &text)]);
        let fix = Desk::new(&sources).work_out(&Cure::DropGuard { taken, until, safe: true });
        fix.map(|fix| fix.edits[0].1.clone())
    };
    let dropped = Some("drop(g);\n    ".to_owned());
    for (work, next) in [
        ("g.push(1);", "self.h();"),
        ("let n = g.len();", "self.h()"),
        ("let n = *g + 1;", "self.h();"),
        ("if g.is_empty() { return; }", "let g = m.lock();"),
        ("*g = 1;\n    work();", "if work() { self.h(); }"),
    ] {
        assert_eq!(mended(work, next), dropped, "{work} {next}");
    }
    for (work, next) in [
        ("work();", "self.h();"),
        ("g.push(1);", "self.h();\n    g.push(2);"),
        ("g.push(1);", "let g = (g.len(), m.lock());"),
        ("let first = g.first();", "self.h();"),
        ("first = g.first();", "self.h();"),
        ("let all = &g;", "self.h();"),
        ("keep(g);", "self.h();"),
        ("if a { drop(g); }", "self.h();"),
    ] {
        assert_eq!(mended(work, next), None, "{work} {next}");
    }
}

const EXCHANGE: fn(Spot) -> Cure = |write| Cure::Exchange { write };

#[test]
fn a_flag_is_tested_and_set_in_one_step() {
    let code = |text: &str| format!("fn f() {{\n    {text}\n}}\n");
    let same = |text: &str, expected: &str| assert_eq!(rs(&code(text), EXCHANGE), Some(code(expected)), "{text}");
    same(
        "if !a.on.load(O::Acquire) {\n        «a.on.store(true, O::Release)»;\n        g();\n    }",
        "if a.on.compare_exchange(false, true, O::AcqRel, O::Acquire).is_ok() {\n        g();\n    }",
    );
    same(
        "if ON.load(O::SeqCst) {\n        return;\n    }\n    «ON.store(true, O::SeqCst)»;\n    g();",
        "if ON.compare_exchange(false, true, O::SeqCst, O::SeqCst).is_err() {\n        return;\n    }\n    g();",
    );
    same(
        "if on.load(O::Relaxed) {\n        «on.store(false, O::Relaxed)»;\n        g();\n    }",
        "if on.compare_exchange(true, false, O::Relaxed, O::Relaxed).is_ok() {\n        g();\n    }",
    );
    for other in [
        "if !on.load(O::SeqCst) {\n        g();\n        «on.store(true, O::SeqCst)»;\n    }",
        "if !on.load(O::SeqCst) {\n        «off.store(true, O::SeqCst)»;\n        g();\n    }",
        "if on.load(O::SeqCst) {\n        «on.store(true, O::SeqCst)»;\n        g();\n    }",
        "if !on.load(O::SeqCst) {\n        return;\n    }\n    «on.store(true, O::SeqCst)»;",
        "if on.load(O::SeqCst) {\n        g();\n    }\n    «on.store(true, O::SeqCst)»;",
        "if !on.load(O::SeqCst) && g() {\n        «on.store(true, O::SeqCst)»;\n        g();\n    }",
        "if !on.load(O::SeqCst) {\n        // Mine.\n        «on.store(true, O::SeqCst)»;\n        // Now.\n        g();\n    }",
        "if !on.load(O::SeqCst) {\n        «on.store(true, O::SeqCst)»;\n    }",
    ] {
        assert_eq!(rs(&code(other), EXCHANGE), None, "{other}");
    }
}

/// What is no promise for sure, and may begin its work for each who waits, is made one.
#[test]
fn what_is_kept_is_a_promise() {
    let made = |value: &str| {
        let body = format!("if (!this.x) {{\n      «this.x = {value}»;\n    }}");
        let text = ts(&in_class("private x: X | null;", &body), MEMOISE)?;
        text.lines().find_map(|line| line.trim().strip_prefix("this.xPromise ??= ").map(str::to_owned))
    };
    for (value, expected) in [
        ("await g()", "g();"),
        ("await import(\"x\")", "import(\"x\");"),
        ("await db.find(1)", "Promise.resolve(db.find(1));"),
        ("await other", "Promise.resolve(other);"),
        ("(await g()).x", "(async () => (await g()).x)();"),
        ("new X(await g())", "(async () => new X(await g()))();"),
    ] {
        assert_eq!(made(value).as_deref(), Some(expected));
    }
    assert_eq!(made("{ y: await g() }"), None);
}
