//! Shows what the explorer says of a program: `cargo run --example explore_show fixtures/explore/lazy-client.model`.

#![expect(clippy::print_stdout, reason = "it is there to print")]

use racelint::explore::fixture::Fixture;
use racelint::explore::{Verdict, explore};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let source = std::fs::read_to_string(&path)?;
        let fixture = Fixture::parse(&source)?;
        let code: Vec<&str> = fixture.lines(&source);
        println!("== {path}");
        match explore(&fixture.model, &fixture.question) {
            Verdict::TooBig => println!("too big"),
            Verdict::Safe(safe) => println!("safe: {safe:?}"),
            Verdict::Breaks(breaks) => {
                for b in breaks {
                    println!("-- {} {:?}: {}", b.violation.as_str(), b.grade, b.outcome);
                    println!("   act {:?} rests on {:?} rival {:?} lock {:?}", b.act, b.rests_on, b.rival, b.lock);
                    println!("   assumes {:?}", b.assumptions);
                    for e in &b.witness {
                        let line = code.get(e.site.0 as usize).copied().unwrap_or("?");
                        println!(
                            "   {}{:<w$}{line:<40} {:?} {}",
                            e.lane,
                            "",
                            e.what,
                            e.note,
                            w = 2 + 30 * usize::from(e.lane)
                        );
                    }
                }
            }
        }
    }
    Ok(())
}
