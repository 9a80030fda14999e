//! The plot: a bar for each tool, one block for each tree, on a scale of tens.

use std::fmt::Write;

use super::Row;

const WIDTH: f64 = 760.0;
const NAMES: f64 = 290.0;
const LINE: f64 = 24.0;

pub(crate) fn svg(trees: &[(String, Vec<Row>)]) -> String {
    let lines: usize = trees.iter().map(|(_, rows)| rows.len() + 2).sum();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n",
        lines as f64 * LINE
    );
    let ms = |row: &Row| (row.run.wall.as_secs_f64() * 1e3).max(1.0);
    let most = trees.iter().flat_map(|(_, rows)| rows).map(ms).fold(10.0, f64::max);
    let mut y = LINE;
    for (tree, rows) in trees {
        let name = tree.replace('&', "&amp;").replace('<', "&lt;");
        // Writing into a string does not fail.
        let _ = writeln!(out, "<text x=\"4\" y=\"{y}\" font-weight=\"bold\">{name}</text>");
        y += LINE;
        for row in rows {
            let length = (WIDTH - NAMES - 90.0) * ms(row).log10() / most.log10();
            let (top, end) = (y - 13.0, NAMES + length + 6.0);
            let _ = writeln!(out, "<text x=\"12\" y=\"{y}\">{}</text>", row.tool);
            let _ = writeln!(
                out,
                "<rect x=\"{NAMES}\" y=\"{top}\" width=\"{length:.1}\" height=\"16\" fill=\"#4878a8\"/>\
                 <text x=\"{end:.1}\" y=\"{y}\">{:.0} ms</text>",
                ms(row)
            );
            y += LINE;
        }
        y += LINE;
    }
    out.push_str("</svg>\n");
    out
}
