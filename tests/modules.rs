//! What names mean across files, in small trees built by hand.

#[path = "modules/build.rs"]
mod build;

#[path = "modules/chaos.rs"]
mod chaos;
#[path = "modules/lowered.rs"]
mod lowered;
#[path = "modules/order.rs"]
mod order;
#[path = "modules/rust.rs"]
mod rust;

use build::{Tree, file};
use racelint::link::ids::Symbol;
use racelint::link::modules::Counts;

// TypeScript: where imports lead.

#[test]
fn relative_imports() {
    let tree = Tree::new([
        file("src/a.ts")
            .imports("./b", "run", "go")
            .imports("./c.js", "C", "C")
            .imports("./dir", "inner", "inner")
            .imports("../other/d.mjs", "d", "d")
            .imports(".", "own", "own")
            .imports("./style.css", "default", "css")
            .imports("./gone", "x", "x"),
        file("src/b.tsx").function("run").exports("run", "run"),
        file("src/c.ts").class("C", &[]).exports("C", "C"),
        file("src/dir/index.ts").function("inner").exports("inner", "inner"),
        file("other/d.mts").function("d").exports("d", "d"),
        file("src/index.ts").variable("own").exports("own", "own"),
    ]);
    assert_eq!(tree.at("src/a.ts", "go"), "fn src/b.tsx run");
    assert_eq!(tree.at("src/a.ts", "C"), "unit src/c.ts C");
    assert_eq!(tree.at("src/a.ts", "inner"), "fn src/dir/index.ts inner");
    assert_eq!(tree.at("src/a.ts", "d"), "fn other/d.mts d");
    assert_eq!(tree.at("src/a.ts", "own"), "var src/index.ts own");
    assert_eq!(tree.at("src/a.ts", "css"), "?");
    assert_eq!(tree.at("src/a.ts", "x"), "?");
    assert_eq!(tree.modules.counts(), Counts { resolved: 5, external: 0, assets: 1, failed: 1 });
}

#[test]
fn barrels_and_cycles() {
    let tree = Tree::new([
        file("main.ts")
            .imports("./all", "a", "a")
            .imports("./all", "b", "renamed")
            .imports("./all", "ns", "ns")
            .imports("./all", "default", "all")
            .imports("./all", "lost", "lost")
            .imports("./all", "sdk", "sdk"),
        file("all.ts")
            .exports_from("*", "*", "./a")
            .exports_from("b", "inner", "./b")
            .exports_from("ns", "*", "./b")
            .exports_from("*", "*", "./cycle")
            .exports_from("*", "*", "sdk"),
        file("a.ts").function("a").exports("a", "a").function("d").exports("default", "d"),
        file("b.ts").class("inner", &[]).exports("inner", "inner"),
        file("cycle.ts").exports_from("*", "*", "./all").exports_from("x", "x", "./cycle"),
    ]);
    assert_eq!(tree.at("main.ts", "a"), "fn a.ts a");
    assert_eq!(tree.at("main.ts", "renamed"), "unit b.ts inner");
    assert_eq!(tree.at("main.ts", "ns"), "module b.ts");
    assert_eq!(tree.at("main.ts", "ns.inner"), "unit b.ts inner");
    assert_eq!(tree.at("main.ts", "all"), "module all.ts", "`export *` brings no default");
    assert_eq!(tree.at("main.ts", "sdk"), "outside sdk sdk");
    assert_eq!(tree.at("main.ts", "lost"), "outside sdk lost");
}

#[test]
fn defaults_and_require() {
    let tree = Tree::new([
        file("main.ts")
            .imports("./f", "default", "f")
            .imports("./v", "default", "v")
            .imports("./cjs", "*", "cjs")
            .imports("./plain", "default", "plain")
            .imports("node:fs", "default", "fs")
            .imports("node:fs", "*", "all"),
        file("f.ts").function("load").exports("default", "load"),
        file("v.ts").variable("default").exports("default", "default"),
        file("cjs.js").function("open").exports("open", "open"),
        file("plain.js").function("open").exports("open", "open"),
    ]);
    assert_eq!(tree.at("main.ts", "f"), "fn f.ts load");
    assert_eq!(tree.at("main.ts", "v"), "var v.ts default");
    assert_eq!(tree.at("main.ts", "cjs.open"), "fn cjs.js open");
    assert_eq!(tree.at("main.ts", "plain.open"), "fn plain.js open");
    assert_eq!(tree.at("main.ts", "fs.rename"), "outside node:fs rename");
    assert_eq!(tree.at("main.ts", "all.promises.rename"), "outside node:fs promises.rename");
}

#[test]
fn import_and_export_again() {
    let tree = Tree::new([
        file("main.ts").imports("./mid", "store", "store").imports("./mid", "T", "T"),
        file("mid.ts")
            .imports("./end", "store", "s")
            .exports("store", "s")
            .imports_type("./end", "T", "T")
            .exports("T", "T"),
        file("end.ts")
            .variable("store")
            .exports("store", "store")
            .alias("T", "Store")
            .class("Store", &[])
            .exports("T", "T"),
    ]);
    assert_eq!(tree.at("main.ts", "store"), "var end.ts store");
    assert_eq!(tree.at("main.ts", "T"), "alias end.ts T");
    assert_eq!(tree.alias_at("main.ts", "T"), "unit end.ts Store");
}

#[test]
fn tsconfig_paths() {
    let tree = Tree::with(
        [
            file("app/src/a.ts")
                .imports("@/lib/x", "x", "x")
                .imports("base/y", "y", "y")
                .imports("shared", "z", "z")
                .imports("@/lib/none", "n", "n"),
            file("app/src/lib/x.ts").function("x").exports("x", "x"),
            file("app/src/base/y.ts").function("y").exports("y", "y"),
            file("shared/src/index.ts").function("z").exports("z", "z"),
            file("app/test/a.test.ts").imports("@/lib/x", "x", "x"),
        ],
        [
            (
                "app/tsconfig.json",
                r#"{ // comment
                "extends": ["../base.json", "@tsconfig/not-installed/tsconfig.json"],
                "compilerOptions": { "baseUrl": "./src", "paths": { "@/*": ["./*"], "shared": ["../../shared/src"] }, },
                "include": ["src"], "references": [{ "path": "../gone" }] }"#,
            ),
            ("base.json", r#"{ "compilerOptions": { "strict": true } }"#),
        ],
    );
    assert_eq!(tree.at("app/src/a.ts", "x"), "fn app/src/lib/x.ts x");
    assert_eq!(tree.at("app/src/a.ts", "y"), "fn app/src/base/y.ts y");
    assert_eq!(tree.at("app/src/a.ts", "z"), "fn shared/src/index.ts z");
    assert_eq!(tree.at("app/test/a.test.ts", "x"), "fn app/src/lib/x.ts x", "left out of its tsconfig");
    assert_eq!(tree.modules.counts(), Counts { resolved: 4, external: 0, assets: 0, failed: 1 });
    let missing = [("app".to_owned(), "@tsconfig/not-installed/tsconfig.json".to_owned())];
    assert_eq!(tree.modules.missing_bases(), missing);
}

#[test]
fn tsconfig_references() {
    let tree = Tree::with(
        [
            file("src/a.ts").imports("~/b", "b", "b"),
            file("src/b.ts").function("b").exports("b", "b"),
            file("server/c.ts").imports("~/d", "d", "d"),
            file("server/d.ts").function("d").exports("d", "d"),
        ],
        [
            (
                "tsconfig.json",
                r#"{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./tsconfig.server.json" }] }"#,
            ),
            ("tsconfig.app.json", r#"{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } }, "include": ["src"] }"#),
            (
                "tsconfig.server.json",
                r#"{ "compilerOptions": { "paths": { "~/*": ["./server/*"] } }, "include": ["server"] }"#,
            ),
        ],
    );
    assert_eq!(tree.at("src/a.ts", "b"), "fn src/b.ts b");
    assert_eq!(tree.at("server/c.ts", "d"), "fn server/d.ts d");
}

#[test]
fn aliases_without_a_tsconfig() {
    let tree = Tree::with(
        [
            file("a/src/main.js")
                .imports("@/x", "x", "x")
                .imports("~/y.js", "y", "y")
                .imports("$lib/z", "z", "z")
                .imports("@/no", "n", "n"),
            file("a/src/x/index.js").function("x").exports("x", "x"),
            file("a/y.js").function("y").exports("y", "y"),
            file("a/src/lib/z.js").function("z").exports("z", "z"),
            file("b/main.js").imports("own/x", "x", "x"),
            file("b/code/x.js").function("x").exports("x", "x"),
        ],
        [
            ("a/package.json", "{}"),
            ("b/jsconfig.json", r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "own/*": ["code/*"] } } }"#),
        ],
    );
    assert_eq!(tree.at("a/src/main.js", "x"), "fn a/src/x/index.js x");
    assert_eq!(tree.at("a/src/main.js", "y"), "fn a/y.js y");
    assert_eq!(tree.at("a/src/main.js", "z"), "fn a/src/lib/z.js z");
    assert_eq!(tree.at("b/main.js", "x"), "fn b/code/x.js x");
    assert_eq!(tree.modules.counts(), Counts { resolved: 4, external: 0, assets: 0, failed: 1 });
}

#[test]
fn workspaces_without_installation() {
    let tree = Tree::with(
        [
            file("apps/web/main.ts")
                .imports("@x/core", "core", "core")
                .imports("@x/core/deep", "deep", "deep")
                .imports("@x/out", "out", "out")
                .imports("@x/plain", "plain", "plain")
                .imports("linked", "linked", "linked")
                .imports("react", "useState", "useState")
                .imports("#own", "own", "own")
                .imports("web/self", "me", "me"),
            file("packages/core/src/index.ts").function("core").exports("core", "core"),
            file("packages/core/src/deep/index.ts").function("deep").exports("deep", "deep"),
            file("packages/out/source/main.ts").function("out").exports("out", "out"),
            file("packages/plain/index.ts").function("plain").exports("plain", "plain"),
            file("tools/linked/src/index.ts").function("linked").exports("linked", "linked"),
            file("apps/web/own.ts").function("own").exports("own", "own"),
            file("apps/web/self.ts").function("me").exports("me", "me"),
        ],
        [
            ("package.json", r#"{ "name": "root" }"#),
            ("pnpm-workspace.yaml", "packages:\n  - 'packages/*'\n  - apps/**\n"),
            (
                "packages/core/package.json",
                r#"{ "name": "@x/core", "exports": {
                ".": { "types": "./dist/index.d.ts", "import": "./dist/index.mjs" },
                "./*": { "import": "./dist/esm/*.js" } } }"#,
            ),
            ("packages/out/package.json", r#"{ "name": "@x/out", "main": "./target/main.js" }"#),
            ("packages/out/tsconfig.json", r#"{ "compilerOptions": { "outDir": "target", "rootDir": "source" } }"#),
            ("packages/plain/package.json", r#"{ "name": "@x/plain" }"#),
            ("tools/linked/package.json", r#"{ "name": "linked", "main": "lib/index.js" }"#),
            (
                "apps/web/package.json",
                r##"{ "name": "web", "imports": { "#own": "./own.ts" }, "exports": { "./self": "./self.ts" },
                "dependencies": { "linked": "file:../../tools/linked", "react": "^19" } }"##,
            ),
        ],
    );
    assert_eq!(tree.at("apps/web/main.ts", "core"), "fn packages/core/src/index.ts core");
    assert_eq!(tree.at("apps/web/main.ts", "deep"), "fn packages/core/src/deep/index.ts deep");
    assert_eq!(tree.at("apps/web/main.ts", "out"), "fn packages/out/source/main.ts out");
    assert_eq!(tree.at("apps/web/main.ts", "plain"), "fn packages/plain/index.ts plain");
    assert_eq!(tree.at("apps/web/main.ts", "linked"), "fn tools/linked/src/index.ts linked");
    assert_eq!(tree.at("apps/web/main.ts", "own"), "fn apps/web/own.ts own");
    assert_eq!(tree.at("apps/web/main.ts", "me"), "fn apps/web/self.ts me");
    assert_eq!(tree.at("apps/web/main.ts", "useState"), "outside react useState");
    assert_eq!(tree.modules.counts().failed, 0);
}

#[test]
fn workspaces_of_yarn_and_lerna() {
    for manifests in [
        vec![("package.json", r#"{ "workspaces": { "packages": ["libs/*", "!libs/old"] } }"#)],
        vec![("package.json", r#"{ "workspaces": ["./libs/*", "!libs/old"] }"#)],
        vec![("lerna.json", r#"{ "packages": ["libs/new"] }"#)],
    ] {
        let packages =
            [("libs/new/package.json", r#"{ "name": "p" }"#), ("libs/old/package.json", r#"{ "name": "old" }"#)];
        let tree = Tree::with(
            [
                file("main.js").imports("p", "p", "p").imports("old", "o", "o"),
                file("libs/new/src/index.js").function("p").exports("p", "p"),
                file("libs/old/src/index.js").function("o").exports("o", "o"),
            ],
            manifests.into_iter().chain(packages),
        );
        assert_eq!(tree.at("main.js", "p"), "fn libs/new/src/index.js p");
        assert_eq!(tree.at("main.js", "o"), "outside old o");
    }
}

#[test]
fn nothing_inside_node_modules_is_read() {
    let tree = Tree::with(
        [
            file("main.ts").imports("dep", "x", "x").imports("dep/src/y", "y", "y"),
            file("node_modules/dep/src/y.ts").function("y").exports("y", "y"),
        ],
        [("node_modules/dep/package.json", r#"{ "name": "dep", "main": "src/y.ts" }"#)],
    );
    assert_eq!(tree.at("main.ts", "x"), "outside dep x");
    assert_eq!(tree.at("main.ts", "y"), "outside dep/src/y y");
}

#[test]
fn namespaces_and_members() {
    let tree = Tree::new([
        file("a.ts")
            .namespace("N")
            .function_in(1, "inner")
            .class("Store", &[])
            .static_field(2, "instance")
            .method(2, "save")
            .method_without_receiver(2, "of")
            .enumeration("Color", &["Red"])
            .object("api", &["get"])
            .exports("N", "N")
            .exports("Store", "Store"),
        file("b.ts").imports("./a", "*", "a"),
    ]);
    assert_eq!(tree.at("a.ts", "N.inner"), "fn a.ts inner");
    assert_eq!(tree.at("b.ts", "a.N.inner"), "fn a.ts inner");
    assert_eq!(tree.at("b.ts", "a.Store.instance"), "var a.ts instance");
    assert_eq!(tree.at("a.ts", "Store.of"), "fn a.ts of");
    assert_eq!(tree.at("a.ts", "Color.Red"), "case a.ts Color Red");
    assert_eq!(tree.at("a.ts", "api.get"), "fn a.ts get");
    assert_eq!(tree.method("a.ts", "Store", "save"), "fn a.ts save");
    assert_eq!(tree.in_unit("a.ts", 1, "inner"), "fn a.ts inner");
    assert_eq!(tree.in_unit("a.ts", 1, "Store"), "unit a.ts Store");
}

#[test]
fn inheritance() {
    let tree = Tree::new(
        [
            file("base.ts")
                .interface("Port", &[])
                .method(1, "send")
                .class("Base", &["Port"])
                .method(2, "send")
                .field(2, "open"),
            file("derived.ts").imports("./base", "Base", "Parent").class("Derived", &["Parent"]).method(1, "own"),
            file("base.test.ts").imports("./base", "Port", "Port").class("Mock", &["Port"]).method(1, "send").test(),
        ]
        .map(|file| file.exports("Base", "Base").exports("Port", "Port")),
    );
    assert_eq!(tree.method("derived.ts", "Derived", "send"), "fn base.ts send");
    assert_eq!(tree.field("derived.ts", "Derived", "open"), "base.ts Base 0");
    assert_eq!(tree.implementers("base.ts", "Port"), ["base.ts Base", "derived.ts Derived"]);
    assert_eq!(tree.implementers("base.ts", "Base"), ["derived.ts Derived"]);
    assert_eq!(tree.methods_named("own").len(), 1);
}

#[test]
fn an_interface_with_one_implementation() {
    let tree =
        Tree::new([file("a.ts").interface("Port", &[]).method(1, "send").class("Socket", &["Port"]).method(2, "send")]);
    assert_eq!(tree.method_id("a.ts", "Port", "send"), tree.method_id("a.ts", "Socket", "send"));
}

#[test]
fn cyclic_bases() {
    let tree = Tree::new([file("a.ts").class("A", &["B"]).class("B", &["A"]).class("C", &["C"]).method(1, "x")]);
    assert_eq!(tree.method("a.ts", "B", "x"), "fn a.ts x");
    assert_eq!(tree.method("a.ts", "C", "x"), "?");
    assert_eq!(tree.implementers("a.ts", "A"), ["a.ts B"]);
}

#[test]
fn cyclic_aliases() {
    let tree = Tree::new([
        file("a.ts").alias("A", "B").alias("B", "A").alias("C", "C.D"),
        file("b.rs").alias("A", "B").alias("B", "A").alias("C", "C::D").alias("E", "F::x").alias("F", "E::y"),
    ]);
    for (file, name) in [("a.ts", "A"), ("a.ts", "C"), ("b.rs", "A"), ("b.rs", "C"), ("b.rs", "E")] {
        assert!(tree.alias_at(file, name).starts_with("alias"), "{file} {name}");
        assert_eq!(tree.member(file, name, "z"), Symbol::Unknown);
    }
}
