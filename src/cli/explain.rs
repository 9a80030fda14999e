//! `racelint explain`: a rule's page on the terminal, or what is known of one place in the code.

use std::io;

use super::args::ExplainArgs;
use super::{CLEAN, Console};
use crate::report::{Paint, Style};
use crate::{rules, suppress};

pub(super) fn run(args: &ExplainArgs, style: Style, console: &mut Console) -> io::Result<u8> {
    if let Some((file, line)) = &args.site {
        return super::report::site(file, *line, style, console);
    }
    let rule = args.rule.as_deref().and_then(rules::find);
    let page = rule.map_or(suppress::PAGE, |rule| rule.page);
    console.out.write_all(render(page, Paint::new(style.colour)).as_bytes())?;
    console.out.flush()?;
    Ok(CLEAN)
}

/// Headings stand out, code is set off, marks for generated parts are left out; the rest is the page as it is written.
fn render(page: &str, paint: Paint) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in page.lines() {
        let line = match line {
            fence if fence.starts_with("```") => {
                in_code = !in_code;
                continue;
            }
            code if in_code => paint.cyan(&format!("    {code}")),
            code if code.starts_with("    ") => paint.cyan(code),
            mark if mark.starts_with("<!--") => continue,
            heading if heading.starts_with('#') => paint.bold(heading.trim_start_matches('#').trim_start()),
            text => text.to_owned(),
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::report::Paint;

    #[test]
    fn fences_become_indents() {
        let page = "# a-rule\n\nText.\n\n<!-- begin: form -->\n```ts\nlet a;\n```\n<!-- end: form -->\n";
        assert_eq!(render(page, Paint::new(false)), "a-rule\n\nText.\n\n    let a;\n");
    }
}
