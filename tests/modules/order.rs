//! The answers depend neither on the order of the files nor on the number of threads.

use racelint::facts::UnitIx;

use crate::build::{File, Tree, file};

fn files() -> Vec<File> {
    let mut files = Vec::new();
    for index in 0..40u32 {
        let next = (index + 1) % 40;
        files.push(
            file(&format!("web/f{index}.ts"))
                .function("go")
                .class("Same", &["Parent"])
                .method(1, "run")
                .exports("go", "go")
                .exports("Same", "Same")
                .exports_from("*", "*", &format!("./f{next}"))
                .exports_from("again", "go", &format!("./f{next}"))
                .imports(&format!("./f{next}"), "Same", "Parent")
                .imports("./f7", "again", "seventh")
                .imports(&format!("@p/{}", index % 3), "go", "shared"),
        );
        files.push(
            file(&format!("crate/src/m{index}.rs"))
                .pub_uses(&format!("crate::m{next}::*"))
                .pub_uses("super::m3::f as third")
                .function("f")
                .function(&format!("only{index}"))
                .class(&format!("T{index}"), &["Tr"])
                .extension(&format!("T{next}"), &[])
                .method(2, "more")
                .uses("crate::Tr"),
        );
    }
    let root = (0..40).fold(file("crate/src/lib.rs"), |root, index| root.module(&format!("m{index}")));
    files.push(root.interface("Tr", &[]).pub_uses("m5::*"));
    for index in 0..3 {
        files.push(file(&format!("p/{index}/src/index.ts")).function("go").exports("go", "go"));
    }
    files
}

fn answers(files: Vec<File>) -> Vec<String> {
    let packages = (0..3).map(|index| {
        (format!("p/{index}/package.json"), format!(r#"{{ "name": "@p/{index}", "main": "dist/index.js" }}"#))
    });
    let mut manifests: Vec<(String, String)> = packages.collect();
    manifests.push(("package.json".to_owned(), r#"{ "workspaces": ["p/*"] }"#.to_owned()));
    manifests.push(("crate/Cargo.toml".to_owned(), "[package]\nname = \"x\"".to_owned()));
    let tree = Tree::with(files, manifests.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let names = [
        "go",
        "again",
        "seventh",
        "shared",
        "Parent",
        "Same",
        "f",
        "third",
        "only9",
        "only33",
        "T4",
        "crate::m8::only2",
        "self::third",
    ];
    let mut out = Vec::new();
    for source in &tree.files {
        for name in names {
            out.push(format!("{} {name}: {}", source.path, tree.at(&source.path, name)));
        }
        let units = source.facts.units.iter().filter(|unit| unit.parent == Some(UnitIx(0)));
        for unit in units {
            out.push(format!("{} {} {:?}", source.path, unit.name, tree.implementers(&source.path, &unit.name)));
            out.push(format!("{} {} {}", source.path, unit.name, tree.method(&source.path, &unit.name, "run")));
            out.push(format!("{} {} {}", source.path, unit.name, tree.method(&source.path, &unit.name, "more")));
        }
    }
    out.push(format!("{:?}", tree.modules.counts()));
    out.sort();
    out
}

/// Another order of the files, the same for the same seed.
fn shuffled(mut seed: u64) -> Vec<File> {
    let mut files = files();
    for at in (1..files.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        files.swap(at, (seed >> 33) as usize % (at + 1));
    }
    files
}

fn with_threads(count: usize, files: Vec<File>) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("threads");
    pool.install(|| answers(files))
}

#[test]
fn the_same_in_any_order_on_any_number_of_threads() {
    let expected = with_threads(1, files());
    assert!(expected.iter().any(|line| line.contains("crate/src/m9.rs third: fn crate/src/m3.rs f")), "{expected:#?}");
    assert!(expected.iter().any(|line| line.contains("web/f3.ts shared: fn p/0/src/index.ts go")));
    assert_eq!(with_threads(8, files()), expected);
    for seed in 0..8 {
        assert_eq!(with_threads(1 + (seed as usize % 2) * 7, shuffled(seed)), expected, "seed {seed}");
    }
}
