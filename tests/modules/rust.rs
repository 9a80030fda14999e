//! Rust: module trees, `use`, crates, members.

use racelint::facts::Edition;

use crate::build::{Tree, file};

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"my-app\"\n[dependencies]\ntokio = \"1\"\n");

#[test]
fn module_files_in_both_styles() {
    let tree = Tree::with(
        [
            file("src/lib.rs").module("a").module("b").module_in(0, "c", Some("odd/place.rs")),
            file("src/a.rs").module("deep").uses("self::deep::f").function("here"),
            file("src/a/deep.rs").function("f").uses("super::super::b::g").uses("super::here"),
            file("src/b/mod.rs").module("inner").uses("inner::i").function("g"),
            file("src/b/inner.rs").function("i").uses("crate::c::p"),
            file("src/odd/place.rs").function("p").module("side"),
            file("src/odd/side.rs").function("s"),
            file("src/main.rs").uses("my_app::a::deep::f"),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/a.rs", "f"), "fn src/a/deep.rs f");
    assert_eq!(tree.at("src/a/deep.rs", "g"), "fn src/b/mod.rs g");
    assert_eq!(tree.at("src/a/deep.rs", "here"), "fn src/a.rs here");
    assert_eq!(tree.at("src/b/mod.rs", "i"), "fn src/b/inner.rs i");
    assert_eq!(tree.at("src/b/inner.rs", "p"), "fn src/odd/place.rs p");
    assert_eq!(tree.at("src/lib.rs", "crate::c::side::s"), "fn src/odd/side.rs s");
    assert_eq!(tree.at("src/main.rs", "f"), "fn src/a/deep.rs f");
    assert_eq!(tree.at("src/lib.rs", "a::deep::f"), "fn src/a/deep.rs f");
    assert_eq!(tree.at("src/b/inner.rs", "super::super::a::deep"), "module src/a/deep.rs");
    assert_eq!(tree.modules.counts().failed, 0);
}

#[test]
fn inline_modules() {
    let tree = Tree::with(
        [
            file("src/lib.rs")
                .inline("outer", 0)
                .inline("inner", 1)
                .function("top")
                .function_in(2, "f")
                .uses_in(2, "super::super::top", false)
                .module_in(1, "filed", None)
                .class_in(2, "S", &[])
                .method_without_receiver(3, "new"),
            file("src/outer/filed.rs").function("x").uses("super::inner::f"),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/lib.rs", "outer::inner::f"), "fn src/lib.rs f");
    assert_eq!(tree.in_unit("src/lib.rs", 2, "top"), "fn src/lib.rs top");
    assert_eq!(tree.in_unit("src/lib.rs", 1, "top"), "?", "an inline module has a scope of its own");
    assert_eq!(tree.in_unit("src/lib.rs", 2, "self::f"), "fn src/lib.rs f");
    assert_eq!(tree.in_unit("src/lib.rs", 3, "Self::new"), "fn src/lib.rs new");
    assert_eq!(tree.in_unit("src/lib.rs", 3, "f"), "fn src/lib.rs f");
    assert_eq!(tree.at("src/lib.rs", "outer::filed::x"), "fn src/outer/filed.rs x");
    assert_eq!(tree.at("src/outer/filed.rs", "f"), "fn src/lib.rs f");
}

#[test]
fn globs_and_re_exports() {
    let tree = Tree::with(
        [
            file("src/lib.rs").module("a").module("b").module("tests").pub_uses("a::*").uses("b::Shadow"),
            file("src/a.rs")
                .pub_uses("super::b::Deep")
                .pub_uses("super::*")
                .class("Shadow", &[])
                .uses("crate::b::private"),
            file("src/b.rs")
                .class("Deep", &[])
                .class("Shadow", &[])
                .function("private")
                .enumeration("E", &["One", "Two"])
                .uses("E::*"),
            file("src/tests.rs").uses("super::*").uses("super::a::*").function("own"),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/lib.rs", "Deep"), "unit src/b.rs Deep");
    assert_eq!(tree.at("src/lib.rs", "Shadow"), "unit src/b.rs Shadow", "a name comes before a glob");
    assert_eq!(tree.at("src/tests.rs", "Deep"), "unit src/b.rs Deep");
    assert_eq!(tree.at("src/tests.rs", "private"), "?", "a private use is seen from inside only");
    assert_eq!(tree.at("src/b.rs", "Two"), "case src/b.rs E Two");
    assert_eq!(tree.at("src/b.rs", "E::One"), "case src/b.rs E One");
    assert_eq!(tree.at("src/tests.rs", "own"), "fn src/tests.rs own");
}

#[test]
fn chains_of_uses_in_any_order() {
    let tree = Tree::with(
        [
            file("src/lib.rs").module("a").module("b").module("c").uses("a::x").uses("x::f as g"),
            file("src/a.rs").pub_uses("crate::b::x"),
            file("src/b.rs").pub_uses("crate::c::x"),
            file("src/c.rs").inline("x", 0).function_in(1, "f").pub_uses("crate::c::circle as circle"),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/lib.rs", "g"), "fn src/c.rs f");
    assert_eq!(tree.at("src/c.rs", "circle"), "?");
}

#[test]
fn values_and_types_of_one_name() {
    let tree = Tree::with(
        [
            file("src/lib.rs").module("build").pub_uses("build::build").uses("build::Options as O"),
            file("src/build.rs").function("build").class("Options", &[]),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/lib.rs", "build"), "fn src/build.rs build");
    assert_eq!(tree.at("src/lib.rs", "build::Options"), "unit src/build.rs Options");
    assert_eq!(tree.at("src/lib.rs", "O"), "unit src/build.rs Options");
}

#[test]
fn crates_of_a_workspace() {
    let tree = Tree::with(
        [
            file("core/src/lib.rs").module("store").pub_uses("store::Store"),
            file("core/src/store.rs").class("Store", &[]).method_without_receiver(1, "open"),
            file("app/src/main.rs").uses("my_core::Store").uses("kernel::store").uses("log::info").uses("tokio::sync"),
            file("app/src/bin/tool.rs").module("util").uses("my_core::Store as S"),
            file("app/src/bin/util.rs").function("u"),
            file("app/tests/all.rs").uses("named::helper").module("common"),
            file("app/tests/common/mod.rs").function("c").uses("crate::common"),
            file("app/code/start.rs").function("helper"),
        ],
        [
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"*\"]\n[workspace.dependencies]\nkernel = { path = \"core\", package = \"my-core\" }\n",
            ),
            ("core/Cargo.toml", "[package]\nname = \"my-core\"\n"),
            (
                "app/Cargo.toml",
                "[package]\nname = \"app\"\n[lib]\nname = \"named\"\npath = \"code/start.rs\"\n[dependencies]\nmy-core.path = \"../core\"\nkernel.workspace = true\nlog = \"0.4\"\n[target.'cfg(unix)'.dependencies]\ntokio = \"1\"\n",
            ),
        ],
    );
    assert_eq!(tree.at("app/src/main.rs", "Store"), "unit core/src/store.rs Store");
    assert_eq!(tree.at("app/src/main.rs", "Store::open"), "fn core/src/store.rs open");
    assert_eq!(tree.at("app/src/main.rs", "store::Store"), "unit core/src/store.rs Store");
    assert_eq!(tree.at("app/src/main.rs", "info"), "outside log info");
    assert_eq!(tree.at("app/src/main.rs", "sync::Mutex::new"), "outside tokio::sync::Mutex new");
    assert_eq!(tree.at("app/src/bin/tool.rs", "S"), "unit core/src/store.rs Store");
    assert_eq!(tree.at("app/src/bin/tool.rs", "util::u"), "fn app/src/bin/util.rs u");
    assert_eq!(tree.at("app/tests/all.rs", "helper"), "fn app/code/start.rs helper");
    assert_eq!(tree.at("app/tests/all.rs", "common::c"), "fn app/tests/common/mod.rs c");
    assert_eq!(tree.at("app/tests/common/mod.rs", "common"), "module app/tests/common/mod.rs");
}

#[test]
fn what_comes_from_outside() {
    let tree = Tree::with(
        [file("src/lib.rs").uses("std::fs").uses("std::sync::{self}").uses("tokio::sync::*").uses("undeclared::thing")],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/lib.rs", "fs::rename"), "outside std::fs rename");
    assert_eq!(tree.at("src/lib.rs", "std::fs::rename"), "outside std::fs rename");
    assert_eq!(tree.at("src/lib.rs", "::std::fs::rename"), "outside std::fs rename");
    assert_eq!(tree.at("src/lib.rs", "tokio::spawn"), "outside tokio spawn");
    assert_eq!(tree.at("src/lib.rs", "Mutex"), "outside tokio::sync Mutex");
    assert_eq!(tree.at("src/lib.rs", "Vec::new"), "outside std::vec::Vec new");
    assert_eq!(tree.at("src/lib.rs", "drop"), "outside std::mem drop");
    assert_eq!(tree.at("src/lib.rs", "thing"), "outside undeclared thing");
    assert_eq!(tree.at("src/lib.rs", "crate::nothing::here"), "?");
}

#[test]
fn the_edition_of_2015() {
    let tree = Tree::with(
        [
            file("src/lib.rs").edition(Edition::E2015).module("a").module("b"),
            file("src/a.rs").edition(Edition::E2015).uses("b::f"),
            file("src/b.rs").edition(Edition::E2015).function("f"),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/a.rs", "f"), "fn src/b.rs f");
}

#[test]
fn files_that_no_mod_reaches() {
    let tree = Tree::with(
        [
            file("src/lib.rs").function("top"),
            file("src/platform.rs").function("p").uses("crate::top"),
            file("src/platform/unix.rs").function("u").uses("super::p").class("S", &[]).method(1, "m"),
            file("elsewhere/alone.rs").function("x"),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.at("src/platform.rs", "top"), "fn src/lib.rs top");
    assert_eq!(tree.at("src/platform/unix.rs", "p"), "fn src/platform.rs p");
    assert_eq!(tree.at("src/lib.rs", "platform::unix::u"), "fn src/platform/unix.rs u");
    assert_eq!(tree.at("elsewhere/alone.rs", "crate::x"), "fn elsewhere/alone.rs x");
}

#[test]
fn impls_in_other_files() {
    let tree = Tree::with(
        [
            file("src/lib.rs")
                .module("a")
                .module("b")
                .module("c")
                .interface("Run", &["Base"])
                .method(1, "run")
                .interface("Base", &[])
                .method(2, "base"),
            file("src/a.rs").class("S", &[]).field(1, "state").method(1, "own").static_field(1, "LIMIT"),
            file("src/b.rs")
                .uses("crate::a::S")
                .uses("crate::Run")
                .extension("S", &["Run"])
                .method(1, "more")
                .method_without_receiver(1, "make"),
            file("src/c.rs").extension("S", &[]).method(1, "by_path"),
        ],
        [MANIFEST],
    );
    assert_eq!(tree.method("src/a.rs", "S", "own"), "fn src/a.rs own");
    assert_eq!(tree.method("src/a.rs", "S", "more"), "fn src/b.rs more");
    assert_eq!(tree.method("src/b.rs", "S", "own"), "fn src/a.rs own", "from inside the impl elsewhere");
    assert_eq!(tree.field("src/b.rs", "S", "state"), "src/a.rs S 0");
    assert_eq!(tree.method("src/a.rs", "S", "run"), "fn src/lib.rs run", "a default of the trait");
    assert_eq!(tree.method("src/a.rs", "S", "base"), "fn src/lib.rs base", "a default of the trait's trait");
    assert_eq!(tree.method("src/a.rs", "S", "by_path"), "fn src/c.rs by_path");
    assert_eq!(tree.at("src/b.rs", "S::make"), "fn src/b.rs make");
    assert_eq!(tree.at("src/b.rs", "S::LIMIT"), "var src/a.rs LIMIT");
    assert_eq!(tree.in_unit("src/b.rs", 1, "Self::make"), "fn src/b.rs make");
    assert_eq!(tree.implementers("src/lib.rs", "Run"), ["src/a.rs S"]);
    assert_eq!(tree.implementers("src/lib.rs", "Base"), ["src/a.rs S", "src/lib.rs Run"]);
}

#[test]
fn broken_trees_end() {
    let tree = Tree::with(
        [
            file("src/lib.rs")
                .module("a")
                .module("a")
                .module("gone")
                .module_in(0, "me", Some("lib.rs"))
                .uses("self::a::b::c")
                .uses("super::x"),
            file("src/a.rs")
                .module_in(0, "up", Some("lib.rs"))
                .pub_uses("super::*")
                .pub_uses("self::*")
                .uses("crate::a as a")
                .function("f")
                .function("f"),
        ],
        [MANIFEST, ("bad/Cargo.toml", "not [ toml")],
    );
    assert_eq!(tree.at("src/lib.rs", "a::f"), "fn src/a.rs f");
    assert_eq!(tree.at("src/a.rs", "a::a::a::f"), "fn src/a.rs f");
    assert_eq!(tree.at("src/a.rs", "nothing"), "?");
}
