//! `racelint rules`: the rules there are.

use std::io;

use super::args::{ListFormat, RulesArgs};
use super::{CLEAN, Console};
use crate::report::{Paint, Style};
use crate::rules::{Meta, RULES};

pub(super) fn run(args: &RulesArgs, style: Style, console: &mut Console) -> io::Result<u8> {
    let metas: Vec<&Meta> = RULES.iter().map(|rule| rule.meta()).collect();
    match args.format {
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut console.out, &metas)?;
            writeln!(console.out)?;
        }
        ListFormat::Text => {
            let paint = Paint::new(style.colour);
            let widest = metas.iter().map(|meta| meta.id.len()).max().unwrap_or(0);
            for meta in metas {
                let id = paint.bold(&format!("{:widest$}", meta.id));
                writeln!(console.out, "{id}  {:7}  {}", meta.severity, meta.summary)?;
            }
        }
    }
    console.out.flush()?;
    Ok(CLEAN)
}
