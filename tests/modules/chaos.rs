//! Nonsense is answered too: names that stand for each other, files that import themselves, modules inside themselves.

use racelint::names::Name;

use crate::build::{File, Tree, file};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn name(&mut self) -> &'static str {
        ["a", "b", "c", "default", "*", "self", "super", "crate", "m0", "m1", "m2", ""][self.roll(12) as usize]
    }

    fn path(&mut self, between: &str) -> String {
        let parts: Vec<&str> = (0..=self.roll(3)).map(|_| self.name()).collect();
        parts.join(between)
    }

    fn web(&mut self) -> String {
        format!("./f{}", self.roll(4))
    }
}

fn typescript(index: u32, dice: &mut Dice) -> File {
    let mut out = file(&format!("f{index}.ts"));
    for _ in 0..dice.roll(12) {
        out = match dice.roll(9) {
            0 => out.imports(&dice.web(), dice.name(), dice.name()),
            1 | 2 => out.exports_from(dice.name(), dice.name(), &dice.web()),
            3 => out.exports(dice.name(), dice.name()),
            4 => out.alias(dice.name(), &dice.path(".")),
            5 => out.class(dice.name(), &[&dice.path(".")]),
            6 => out.namespace(dice.name()),
            7 => out.interface(dice.name(), &[dice.name(), dice.name()]),
            _ => out.function(dice.name()),
        };
    }
    out
}

fn rust(path: &str, dice: &mut Dice) -> File {
    let mut out = file(path);
    for _ in 0..dice.roll(12) {
        let unit = dice.roll(out.facts.units.len() as u64) as u32;
        out = match dice.roll(9) {
            0..3 => out.uses_in(unit, &dice.path("::"), dice.roll(2) == 0),
            3 => out.uses_in(unit, &format!("{}::*", dice.path("::")), dice.roll(2) == 0),
            4 => out.module_in(unit, dice.name(), None),
            5 => out.inline(dice.name(), unit),
            6 => out.alias(dice.name(), &dice.path("::")),
            7 => out.extension(dice.name(), &[&dice.path("::")]),
            _ => out.class_in(unit, dice.name(), &[&dice.path("::")]),
        };
    }
    out
}

#[test]
fn every_question_has_an_answer() {
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let mut files: Vec<File> = (0..4).map(|index| typescript(index, &mut dice)).collect();
        for path in ["src/lib.rs", "src/m0.rs", "src/m1/mod.rs", "src/m1/m2.rs", "src/m2.rs", "src/main.rs"] {
            files.push(rust(path, &mut dice));
        }
        // A parent that is its own child.
        if let Some(unit) = files[5].facts.units.get_mut(1) {
            unit.parent = Some(racelint::facts::UnitIx(1));
        }
        let tree = Tree::with(files, [("Cargo.toml", "[package]\nname = \"m0\"")]);
        for source in &tree.files {
            for _ in 0..40 {
                let name = dice.path(if source.path.ends_with(".rs") { "::" } else { "." });
                let unit = dice.roll(source.facts.units.len() as u64) as u32;
                tree.in_unit(&source.path, unit, &name);
                tree.alias_at(&source.path, &name);
                tree.member(&source.path, &name, dice.name());
            }
            for unit in &source.facts.units {
                tree.method(&source.path, &unit.name, "a");
                tree.implementers(&source.path, &unit.name);
            }
        }
        tree.modules.methods_named(Name::new("a"));
    }
}

#[test]
fn doubled_circles_end() {
    let circle = |from: &str, to: &str| {
        (0..6).fold(file(from), |file, _| file.exports_from("x", "x", to).imports(to, "x", "x").exports("y", "x"))
    };
    let tree = Tree::new([circle("a.ts", "./b"), circle("b.ts", "./a")]);
    assert_eq!(tree.at("a.ts", "x"), "?");
}
