//! Lanes: the schedule, drawn as a person would on a whiteboard: who, where, which code, what happens.

use super::Paint;
use super::paint::{clean, cut, pad, width, wrap};
use crate::finding::WitnessStep;
use crate::source::Sources;

/// Columns before everything.
const INDENT: &str = "   ";

/// The note needs this much beside the code, or it goes below.
const NOTE_COLUMNS: usize = 26;

const CODE_COLUMNS: usize = 22;

/// Names of places are cut beyond this.
const PLACE_COLUMNS: usize = 32;

/// The lines of the schedule, each at most `columns` wide.
pub(super) fn draw(witness: &[WitnessStep], sources: &Sources, columns: usize, paint: Paint) -> Vec<String> {
    let table = Table::new(witness, sources, columns);
    (0..table.rows.len()).flat_map(|row| table.row(row, paint)).collect()
}

struct Table {
    lanes: Vec<Lane>,
    rows: Vec<Row>,
    time: usize,
    place: usize,
    code: usize,
    /// `None`: notes stand below the code.
    note: Option<usize>,
    columns: usize,
}

/// A run, from its first step to its last.
struct Lane {
    letter: char,
    first: usize,
    last: usize,
}

struct Row {
    lane: usize,
    time: String,
    place: String,
    /// The whole line, and the part of it from the step on: shown where the line is too long.
    code: String,
    act: String,
    note: String,
    /// The same run in the same line as the row above: place and code are not said again.
    again: bool,
}

impl Table {
    fn new(witness: &[WitnessStep], sources: &Sources, columns: usize) -> Table {
        let lanes = lanes(witness);
        let mut rows: Vec<Row> = witness.iter().map(|step| row(step, witness, &lanes, sources)).collect();
        for (row, pair) in rows.iter_mut().skip(1).zip(witness.windows(2)) {
            let same = |step: &WitnessStep| (step.lane, step.file, step.line);
            row.again = same(&pair[0]) == same(&pair[1]) && !row.note.is_empty();
        }
        let widest = |of: fn(&Row) -> &str| rows.iter().map(|row| width(of(row))).max().unwrap_or(0);
        let (time, place) = (widest(|row| &row.time), widest(|row| &row.place).min(PLACE_COLUMNS));
        let (code, note) = (widest(|row| &row.code), widest(|row| &row.note));
        let mut table = Table { lanes, rows, time, place, code, note: Some(note), columns };
        let room = columns.saturating_sub(table.before_code());
        if code + 2 + note > room {
            table.share(room, note);
        }
        table
    }

    /// Not all of it fits: the note keeps what it needs up to two fifths, the code has the rest.
    fn share(&mut self, room: usize, note: usize) {
        if room < CODE_COLUMNS + 2 + NOTE_COLUMNS {
            (self.code, self.note) = (self.code.min(room.max(CODE_COLUMNS)), None);
            return;
        }
        let note = note.min((room * 2 / 5).max(NOTE_COLUMNS));
        self.code = self.code.min(room - 2 - note);
        self.note = Some(room - 2 - self.code);
    }

    /// Columns to the left of the code.
    fn before_code(&self) -> usize {
        let time = if self.time > 0 { self.time + 2 } else { 0 };
        width(INDENT) + time + self.lanes.len() * 2 + 1 + self.place + 2
    }

    fn row(&self, index: usize, paint: Paint) -> Vec<String> {
        let row = &self.rows[index];
        let (place, code) = match row.again {
            true => ("", ""),
            false if width(&row.code) <= self.code => (row.place.as_str(), row.code.as_str()),
            false => (row.place.as_str(), row.act.as_str()),
        };
        let code = cut(code, self.code);
        let below = " ".repeat(self.place + 2);
        let mut lines = vec![format!(
            "{}{}  {}",
            self.left(index, true, paint),
            paint.dim(&pad(&cut(place, self.place), self.place)),
            if row.note.is_empty() { code.into_owned() } else { pad(&code, self.code) },
        )];
        let continued = |line: &str| format!("{}{below}{line}", self.left(index, false, paint));
        match self.note {
            Some(columns) => {
                let mut notes = wrap(&row.note, columns).into_iter();
                let first = notes.next().unwrap_or_default();
                lines[0] = format!("{}  {}", lines[0], paint.bold(&first));
                lines.extend(notes.map(|note| continued(&format!("{}  {}", " ".repeat(self.code), paint.bold(&note)))));
            }
            None if row.note.is_empty() => {}
            None => {
                let notes = wrap(&row.note, self.columns.saturating_sub(self.before_code() + 2));
                lines.extend(notes.iter().map(|note| continued(&format!("  {}", paint.bold(note)))));
            }
        }
        lines.iter().map(|line| line.trim_end().to_owned()).collect()
    }

    /// Indent, time and lanes. On the lines below a step the lanes only go on.
    fn left(&self, index: usize, is_step: bool, paint: Paint) -> String {
        let mut out = INDENT.to_owned();
        if self.time > 0 {
            let time = if is_step { self.rows[index].time.as_str() } else { "" };
            out.push_str(&pad(time, self.time + 2));
        }
        for (number, lane) in self.lanes.iter().enumerate() {
            let goes_on = lane.first <= index && if is_step { index <= lane.last } else { index < lane.last };
            let mark = match () {
                () if is_step && number == self.rows[index].lane => lane.letter.to_string(),
                () if goes_on => "│".to_owned(),
                () => " ".to_owned(),
            };
            out.push_str(&paint.lane(number, &mark));
            out.push(' ');
        }
        out.push(' ');
        out
    }
}

fn lanes(witness: &[WitnessStep]) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for (index, step) in witness.iter().enumerate() {
        match lanes.iter_mut().find(|lane| lane.letter == step.lane) {
            Some(lane) => lane.last = index,
            None => lanes.push(Lane { letter: step.lane, first: index, last: index }),
        }
    }
    lanes.sort_by_key(|lane| lane.letter);
    lanes
}

fn row(step: &WitnessStep, witness: &[WitnessStep], lanes: &[Lane], sources: &Sources) -> Row {
    let file = sources.file(step.file);
    let line = &file.text[file.line(step.line)];
    Row {
        lane: lanes.iter().position(|lane| lane.letter == step.lane).unwrap_or(0),
        time: clean(step.time.as_deref().unwrap_or_default()).into_owned(),
        place: format!("{}:{}", short(&step.path, witness), step.line),
        code: code(line, 1),
        act: format!("…{}", code(line, step.column)),
        note: clean(&step.text).into_owned(),
        again: false,
    }
}

/// The line from the column on, as long as a screen can show.
fn code(line: &str, column: u32) -> String {
    const SHOWN: usize = 400;
    let mut units = 0;
    let from = line.char_indices().find(|(_, c)| {
        units += c.len_utf16() as u32;
        units >= column
    });
    let from = from.map_or(0, |(at, _)| at);
    let to = line[from..].char_indices().nth(SHOWN).map_or(line.len(), |(at, _)| from + at);
    clean(line[from..to].trim()).into_owned()
}

/// The file's name, with as many folders as tell it from the other files of the schedule.
fn short(path: &str, witness: &[WitnessStep]) -> String {
    let others = || witness.iter().map(|step| step.path.as_str()).filter(|other| *other != path);
    let starts = path.rmatch_indices('/').map(|(at, _)| at + 1).chain([0]);
    let tail = |at: usize| &path[at..];
    let unique = |tail: &&str| !others().any(|other| other.ends_with(tail));
    clean(starts.map(tail).find(unique).unwrap_or(path)).into_owned()
}
