//! A bar plot as SVG, by hand: one bar per row, drawn on a log scale where rows differ much.

use crate::report::{Table, number};

const WIDTH: f64 = 720.0;
const LEFT: f64 = 250.0;
const STEP: f64 = 26.0;

pub(crate) fn bars(table: &Table) -> String {
    let values: Vec<f64> =
        table.rows.iter().map(|(_, values)| values.get(table.drawn).copied().unwrap_or(f64::NAN)).collect();
    let known = || values.iter().copied().filter(|v| v.is_finite());
    let most = known().fold(0.0, f64::max);
    let least = known().filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
    let logarithmic = most / least > 50.0;
    let room = WIDTH - LEFT - 110.0;
    let length = |value: f64| match (value > 0.0, logarithmic) {
        (false, _) => 0.0,
        (true, false) => room * value / most,
        (true, true) => room * (0.05 + 0.95 * (value / least).ln() / (most / least).ln()),
    };
    let height = 56.0 + STEP * values.len() as f64;
    let scale = if logarithmic { ", log scale" } else { "" };
    let column = table.columns.get(table.drawn).map_or("", String::as_str);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"12\" y=\"22\" font-weight=\"bold\">{}</text>\n\
         <text x=\"12\" y=\"40\" fill=\"#666666\">{} ({}{scale})</text>\n",
        escape(&table.title),
        escape(column),
        table.unit
    );
    for (at, ((name, _), value)) in table.rows.iter().zip(&values).enumerate() {
        let top = 52.0 + STEP * at as f64;
        let colour = match name {
            name if name.contains("twin") => "#c2543b",
            name if name.starts_with("ours") => "#2f6f9f",
            _ => "#9aa5b1",
        };
        svg += &format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n\
             <rect x=\"{LEFT}\" y=\"{top}\" width=\"{:.1}\" height=\"18\" fill=\"{colour}\"/>\n\
             <text x=\"{:.1}\" y=\"{}\" fill=\"#333333\">{}</text>\n",
            LEFT - 8.0,
            top + 14.0,
            escape(name),
            length(*value),
            LEFT + length(*value) + 6.0,
            top + 14.0,
            number(*value)
        );
    }
    svg + "</svg>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('`', "")
}
