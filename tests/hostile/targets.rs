//! The entry points of the fuzz targets, over seeds and random bytes: that they hold without a fuzzer.

use std::fs;
use std::path::Path;

use crate::fuzz;

/// A random number generator that says the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        (0..self.roll() % most).map(|_| self.roll() as u8).collect()
    }

    /// A few bytes of a seed changed, doubled or taken out.
    fn changed(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.roll() % 6 {
            let at = self.roll() as usize % (bytes.len() + 1);
            let end = (at + self.roll() as usize % 9).min(bytes.len());
            match self.roll() % 4 {
                0 => drop(bytes.drain(at..end)),
                1 => bytes.insert(at, self.roll() as u8),
                2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                _ => bytes[at..end].fill(self.roll() as u8),
            }
        }
        bytes
    }
}

/// How many inputs of each target; more with `RACELINT_INPUTS`.
fn inputs(most: usize) -> usize {
    std::env::var("RACELINT_INPUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(most)
}

fn seeds(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|own| own == ending));
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a seed")).collect()
}

fn over(target: fn(&[u8]), seeds: &[Vec<u8>], many: usize) {
    let mut dice = Dice(many as u64);
    for seed in seeds {
        target(seed);
    }
    for at in 0..inputs(many) {
        let seed = seeds.get(at % seeds.len().max(1)).filter(|_| at % 4 != 0);
        let bytes = match seed {
            Some(seed) => dice.changed(seed),
            None => dice.bytes(200),
        };
        target(&bytes);
    }
}

#[test]
fn any_typescript() {
    over(fuzz::typescript, &seeds("fixtures/broken", "ts"), 150);
}

#[test]
fn any_rust() {
    over(fuzz::rust, &seeds("fixtures/broken/rust", "rs"), 150);
}

#[test]
fn any_words() {
    over(fuzz::soup, &[], 200);
}

#[test]
fn any_mutant_of_a_fixture() {
    over(fuzz::mutated, &[], 200);
}

#[test]
fn any_configuration() {
    let texts = [
        "`extends = ['a']\nexclude = ['**/*.ts']\nrules.all = 'off'\n[models.calls]\n'a' = 'run 0 now'\n",
        "a[package]\nedition.workspace = true\n[package.metadata.racelint]\ninclude = ['src']\n",
        "b{\"name\":\"a\",\"workspaces\":[\"packages/*\"],\"exports\":{\"./*\":\"./src/*\"},\"racelint\":{}}",
        "c{\"extends\":[\"./a\",\"../..\"],\"compilerOptions\":{\"baseUrl\":\".\",\"paths\":{\"@/*\":[\"src/*\"]}}}",
        "dpackages:\n  - 'packages/*'\n  - '!x'\n",
        "e{\"packages\":[\"packages/*\"]}",
    ];
    over(fuzz::config, &texts.map(|text| text.as_bytes().to_vec()), 150);
}

#[test]
fn any_earlier_report() {
    let texts = [
        "{\"version\":1,\"findings\":[{\"path\":\"store.ts\",\"rule\":\"a\",\"fingerprint\":\"b\",\"message\":\"c\"}]}",
        "{\"version\":1,\"scenarios\":[{\"id\":\"a\",\"verdict\":\"safe\",\"sites\":[{\"id\":\"b\"}]}]}",
    ];
    over(fuzz::reports, &texts.map(|text| text.as_bytes().to_vec()), 60);
}

#[test]
fn any_messages() {
    let session = [
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"capabilities\":{},\"rootUri\":\"$ROOT\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"$ROOT/store.ts\",\
         \"version\":1,\"languageId\":\"typescript\",\"text\":\"let a;\"}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"textDocument/diagnostic\",\"params\":{\"textDocument\":{\"uri\":\"$ROOT/store.ts\"}}}",
        "!Content-Length: 2\\n\\n{}",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"shutdown\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}",
    ];
    over(fuzz::lsp, &[session.join("\n").into_bytes()], 60);
}
