//! `non-atomic-publish`: a file that others read is written where they read it, and for a while holds a part of it.
//!
//! A write in place is two steps, emptying the file and filling it; they are laid out beside a reader, for the explorer to
//! answer.

use super::outside::{draft, is_constant, updates};
use super::pick::Incidents;
use super::reach::Reach;
use super::shape::reach;
use super::wording::{Words, function_at, name, scope, spot};
use super::{Context, Sink};
use crate::assemble::{Assembled, PlaceInfo, SiteInfo};
use crate::examine::files::{ExaminedFile, created, moves};
use crate::explore::model::{Flow, How, Instr, Model, Op, PlaceDef, PlaceId, Site, Val, World};
use crate::explore::{Break, Question, Violation, explore};
use crate::finding::{Confidence, Cure};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let updates = updates(cx);
    let mut incidents = Incidents::default();
    for examined in &cx.examination.files {
        let Some(write) = in_place(examined) else { continue };
        let info = &examined.assembled.places[examined.place as usize];
        let writer = function_at(&examined.assembled, write);
        let reach = Reach::of(cx, &info.key, &info.shown, writer);
        let at = spot(&examined.assembled, write);
        if reach.is_lock || reach.is_temporary() || updates.contains(&at) || is_in_a_new_folder(examined) {
            continue;
        }
        let read = cx.examination.uses.reader(&info.key);
        let sketch = beside_a_reader(examined, write, read);
        let Some(found) = torn(&sketch) else { continue };
        let (file, function) = (&info.shown, name(cx.program, writer));
        let words = Words {
            message: format!(
                "`{function}` writes `{file}` in place: whoever reads it meanwhile, or after a crash, finds a part of it"
            ),
            help: "write a temporary file of a name of its own in the same folder, and rename it over the target"
                .to_owned(),
        };
        let mut draft = draft(cx, &sketch, &found, &reach, words);
        draft.at = at;
        draft.fixes = vec![Cure::RenameOver { write: at }];
        draft.scope = scope(cx.program, writer);
        let published = read.is_some() || reach.is_common || is_verb(&cx.program.function(writer).name);
        // Where the code spells nothing of the path it is the caller's file, or one that many things are kept in.
        let own = reach.kind.is_some() && reach.is_spelt;
        if !own || !published || is_constant(&examined.assembled, examined.place) {
            draft.confidence = Confidence::Possible;
        }
        incidents.add(None, draft);
    }
    incidents.report(sink);
}

/// The last step that fills the file where it stands, if that is how it comes to be.
fn in_place(examined: &ExaminedFile) -> Option<Site> {
    let code = &examined.assembled.model.flows[0].code;
    let place = examined.place;
    let moved = moves(code);
    if is_one_more_line(code, place)
        || created(code).contains(&place)
        || moved.iter().any(|(from, to)| *from == place && *to != place)
    {
        return None;
    }
    let mut atomic = false;
    code.iter()
        .filter_map(|instr| {
            match &instr.op {
                Op::AtomicBegin => atomic = true,
                Op::AtomicEnd => atomic = false,
                Op::Write { place: written, how: How::Set, value, .. } => {
                    let filled = *written == place && !atomic && !matches!(value, Val::Const(_));
                    return filled.then_some(instr.site);
                }
                _ => {}
            }
            None
        })
        .last()
}

/// Is it opened to append, and one thing put behind what is there? A content is put together in rounds.
fn is_one_more_line(code: &[Instr], place: PlaceId) -> bool {
    let appended = code.iter().any(|instr| matches!(&instr.op, Op::Update { place: at, .. } if *at == place));
    let once = |at: usize| {
        let mut reached = vec![false; code.len()];
        reach(code, at + 1, &mut reached);
        !reached[at]
    };
    let fills = |instr: &Instr| matches!(&instr.op, Op::Write { place: at, .. } if *at == place);
    appended && (0..code.len()).filter(|at| fills(&code[*at])).all(once)
}

/// Functions by whose name what they write is there for others.
fn is_verb(name: &str) -> bool {
    let name = name.to_lowercase();
    ["save", "persist", "publish", "store", "flush", "update", "download", "install", "sync"]
        .iter()
        .any(|verb| name.starts_with(verb))
}

/// Does the function itself create the folder that it lies in? Then nobody else looks there yet.
fn is_in_a_new_folder(examined: &ExaminedFile) -> bool {
    let whole = &examined.whole;
    let own = &examined.assembled.places[examined.place as usize].key;
    created(&whole.model.flows[0].code).into_iter().any(|folder| {
        let key = &whole.places[folder as usize].key;
        let way = &key.path[..key.path.len() - 1];
        key.owner == own.owner && key != own && own.path.starts_with(way)
    })
}

/// The write beside a reader: of the program where one is known, else of another process that runs the same.
fn beside_a_reader(examined: &ExaminedFile, write: Site, read: Option<SiteInfo>) -> Assembled {
    let info = &examined.assembled.places[examined.place as usize];
    let writer = SiteInfo { called_at: None, ..examined.assembled.sites[write.0 as usize] };
    let part = |what: &str| PlaceInfo { key: info.key.clone(), shown: format!("{} ({what})", info.shown) };
    let def = |name: &str| PlaceDef {
        name: name.to_owned(),
        outside: true,
        initial: Val::Unknown,
        resource: false,
        own: false,
    };
    let instr = |op: Op, site: u32| Instr { op, site: Site(site), on_error: None, may_fail: false };
    let fill =
        |place: PlaceId| Op::Write { place, how: How::Set, value: Val::Fresh { identity: true }, accounts: Vec::new() };
    let flows = vec![
        flow(vec![instr(fill(0), 0), instr(fill(1), 0), instr(Op::Return { value: Val::Absent }, 0)]),
        flow(vec![
            instr(Op::Read { place: 0, into: 0 }, 1),
            instr(Op::Read { place: 1, into: 1 }, 1),
            instr(Op::Return { value: Val::Term { of: vec![Val::Reg(0), Val::Reg(1)], varies: false } }, 1),
        ]),
    ];
    let model = Model {
        world: World::Processes,
        places: vec![def("begin"), def("rest")],
        pairs: vec![(0, 1)],
        flows,
        ..Model::default()
    };
    let sites = vec![writer, read.unwrap_or(writer)];
    Assembled { model, sites, places: vec![part("its beginning"), part("the rest of it")], locks: Vec::new() }
}

fn flow(code: Vec<Instr>) -> Flow {
    Flow { code, registers: 2, ..Flow::default() }
}

fn torn(sketch: &Assembled) -> Option<Break> {
    explore(&sketch.model, &Question::new(vec![vec![0], vec![1]])).first(Violation::TornPair)
}
