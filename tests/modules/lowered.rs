//! The same questions about real text: what the front-ends write is what this room reads.

use std::sync::Arc;

use racelint::facts::Edition;
use racelint::lower::{rust, typescript};

use crate::build::{File, Tree};

fn typescript(path: &str, text: &'static str) -> File {
    let facts = typescript::lower(&typescript::Source { text, path, test: false });
    File { path: path.to_owned(), facts, text: Arc::from(text) }
}

fn rust(path: &str, text: &'static str) -> File {
    let facts = rust::lower(&rust::Source { text, path, test: false, edition: Edition::E2021 });
    File { path: path.to_owned(), facts, text: Arc::from(text) }
}

#[test]
fn typescript_text() {
    let tree = Tree::new([
        typescript(
            "lib.ts",
            "export class Store extends Base { static instance = new Store(); static of() {} async save() {} load = async () => {};
               get size() { return 1 } }
             class Base { reset() {} }
             export const api = { get() { return 1 }, put: () => 2 };
             export const arrow = async () => {};
             export function plain() { class Hidden { go() {} } function inner() {} return new Hidden() }
             export enum Color { Red, Green = 'g' }
             export namespace Deep { export function f() {} export namespace More { export class C { m() {} } } }
             export type Alias = Store; export interface Port { send(): void }
             export default function () {}",
        ),
        typescript("named.ts", "export default class Named { run() {} }\nexport * as lib from './lib';\nexport { plain as other } from './lib';"),
        typescript("value.ts", "import { Store } from './lib';\nconst store = new Store();\nexport default store;\nexport { store as it };"),
        typescript(
            "main.ts",
            "import main, { Store, api, arrow, Color, Deep } from './lib';\nimport Named, { lib, other } from './named';
             import store, { it } from './value';\nimport * as all from './lib';\nimport type { Alias, Port } from './lib';
             import old = require('./single');
             class Socket implements Port { send() {} }",
        ),
        typescript("single.js", "class Single { go() {} }\nmodule.exports = Single;"),
        typescript("many.js", "function a() {}\nmodule.exports = { a, b: () => 1 };\nexports.c = function () {};"),
        typescript("user.js", "const Single = require('./single');\nconst many = require('./many');\nconst { a: first } = require('./many');"),
    ]);
    let main = |name: &str| tree.at("main.ts", name);
    assert_eq!(main("Store"), "unit lib.ts Store");
    assert_eq!(main("main"), "fn lib.ts default");
    assert_eq!(main("Store.instance"), "var lib.ts instance");
    assert_eq!(main("Store.of"), "fn lib.ts of");
    assert_eq!(main("api"), "var lib.ts api");
    assert_eq!(main("api.get"), "fn lib.ts get");
    assert_eq!(main("api.put"), "fn lib.ts put");
    assert_eq!(main("arrow"), "fn lib.ts arrow");
    assert_eq!(main("Color.Red"), "case lib.ts Color Red");
    assert_eq!(main("Deep.f"), "fn lib.ts f");
    assert_eq!(main("Deep.More.C"), "unit lib.ts C");
    assert_eq!(main("all.Deep.More"), "module lib.ts More");
    assert_eq!(main("Named"), "unit named.ts Named");
    assert_eq!(main("lib.plain"), "fn lib.ts plain");
    assert_eq!(main("other"), "fn lib.ts plain");
    assert_eq!(main("store"), "var value.ts store");
    assert_eq!(main("it"), "var value.ts store");
    assert_eq!(main("Alias"), "alias lib.ts Alias");
    assert_eq!(tree.alias_at("main.ts", "Alias"), "unit lib.ts Store");
    assert_eq!(main("old"), "unit single.js Single");
    assert_eq!(tree.at("lib.ts", "Hidden"), "unit lib.ts Hidden");
    assert_eq!(main("all.Hidden"), "?");
    for (method, expected) in [("save", "save"), ("load", "load"), ("size", "size"), ("reset", "reset")] {
        assert_eq!(tree.method("lib.ts", "Store", method), format!("fn lib.ts {expected}"));
    }
    assert_eq!(tree.method("lib.ts", "Hidden", "go"), "fn lib.ts go");
    assert_eq!(tree.implementers("lib.ts", "Port"), ["main.ts Socket"]);
    assert_eq!(tree.method("lib.ts", "Port", "send"), "fn main.ts send");
    assert_eq!(tree.at("user.js", "Single"), "unit single.js Single");
    assert_eq!(tree.at("user.js", "many.a"), "fn many.js a");
    assert_eq!(tree.at("user.js", "many.b"), "fn many.js b");
    assert_eq!(tree.at("user.js", "many.c"), "fn many.js c");
    assert_eq!(tree.at("user.js", "first"), "fn many.js a");
    assert_eq!(tree.modules.counts().failed, 0);
}

#[test]
fn namespaces_that_are_one_with_a_class() {
    let tree = Tree::new([
        typescript(
            "kernel.ts",
            "export class Kernel { static of() {} }
             export namespace Kernel { export interface Options { x: number } export class Inner {} }
             export namespace Kernel { export function later() { return new Inner() } }
             export function start() {}
             export namespace start { export const times = 1 }",
        ),
        typescript(
            "main.ts",
            "import { Kernel, start } from './kernel'; class Mine implements Kernel.Options { x = 1 }",
        ),
    ]);
    assert_eq!(tree.at("main.ts", "Kernel"), "unit kernel.ts Kernel");
    assert_eq!(tree.at("main.ts", "Kernel.of"), "fn kernel.ts of");
    assert_eq!(tree.at("main.ts", "Kernel.Options"), "unit kernel.ts Options");
    assert_eq!(tree.at("main.ts", "Kernel.later"), "fn kernel.ts later");
    assert_eq!(tree.at("main.ts", "start.times"), "var kernel.ts times");
    assert_eq!(tree.implementers("kernel.ts", "Options"), ["main.ts Mine"]);
    let second = tree.files[0].facts.units.iter().rposition(|unit| unit.name == "Kernel").unwrap();
    assert_eq!(tree.in_unit("kernel.ts", second as u32, "Inner"), "unit kernel.ts Inner");
}

#[test]
fn crates_declared_at_the_root() {
    let tree = Tree::with(
        [
            rust("src/lib.rs", "extern crate renamed_dep as dep; extern crate self as me; mod a;"),
            rust("src/a.rs", "use dep::Thing; use me::a::f as again; pub fn f() { dep::go(); }"),
        ],
        [("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nrenamed-dep = \"1\"\n")],
    );
    assert_eq!(tree.at("src/a.rs", "Thing"), "outside renamed_dep Thing");
    assert_eq!(tree.at("src/a.rs", "dep::go"), "outside renamed_dep go");
    assert_eq!(tree.at("src/a.rs", "again"), "fn src/a.rs f");
}

#[test]
fn rust_text() {
    let tree = Tree::with(
        [
            rust("src/lib.rs", "mod a; pub mod b { pub fn f() {} pub struct In; impl In { pub fn new() -> Self { In } } }\npub use a::{Store, Kind, self as other};\nuse std::sync::{Arc, Mutex};\nmod c;"),
            rust(
                "src/a.rs",
                "use super::b::{self, f as g};
                 pub struct Store { jobs: u8 }
                 pub enum Kind { One, Two(u8) }
                 pub static LIMIT: usize = 1; pub const NAME: &str = \"\";
                 pub type Alias = Store;
                 pub trait Run { fn run(&self) { self.step() } fn step(&self); const N: u8 = 1; }
                 impl Store { pub fn new() -> Self { Self { jobs: 0 } } pub const MAX: u8 = 3; fn own(&self) { fn helper() {} helper(); b::In::new(); } }",
            ),
            rust("src/c.rs", "use crate::{Store, a::Run};\nimpl Run for Store { fn step(&self) {} }\nimpl crate::Kind { fn k(&self) {} }\n#[cfg(test)] mod tests { use super::*; fn t() { Store::new(); } }"),
        ],
        [("Cargo.toml", "[package]\nname = \"x\"")],
    );
    let at = |name: &str| tree.at("src/c.rs", name);
    assert_eq!(at("Store"), "unit src/a.rs Store");
    assert_eq!(at("Store::new"), "fn src/a.rs new");
    assert_eq!(at("Store::MAX"), "var src/a.rs MAX");
    assert_eq!(at("Run::N"), "var src/a.rs N");
    assert_eq!(at("Store::step"), "fn src/c.rs step");
    assert_eq!(at("crate::Kind::Two"), "case src/a.rs Kind Two");
    assert_eq!(at("crate::other::LIMIT"), "var src/a.rs LIMIT");
    assert_eq!(at("crate::a::Alias::new"), "fn src/a.rs new");
    assert_eq!(at("crate::b::In::new"), "fn src/lib.rs new");
    assert_eq!(tree.at("src/a.rs", "g"), "fn src/lib.rs f");
    assert_eq!(tree.at("src/a.rs", "b::f"), "fn src/lib.rs f");
    assert_eq!(tree.at("src/a.rs", "helper"), "fn src/a.rs helper");
    assert_eq!(tree.at("src/lib.rs", "Arc::clone"), "outside std::sync::Arc clone");
    assert_eq!(tree.at("src/c.rs", "tests::Store"), "unit src/a.rs Store");
    assert_eq!(tree.method("src/a.rs", "Store", "run"), "fn src/a.rs run");
    assert_eq!(tree.method("src/a.rs", "Run", "step"), "fn src/c.rs step");
    assert_eq!(tree.method("src/a.rs", "Kind", "k"), "fn src/c.rs k");
    assert_eq!(tree.implementers("src/a.rs", "Run"), ["src/a.rs Store"]);
    assert_eq!(tree.modules.counts().failed, 0);
}
