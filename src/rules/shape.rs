//! Shapes: what a break is about, in the words that tell the rules apart. Asked of the model that was explored, never of
//! the source.

use crate::assemble::{Assembled, rests};
use crate::explore::Break;
use crate::explore::model::{Check, Effect, How, Instr, Op, Pc, PlaceId, RegIx, Site, Val};
use crate::link::loc::Seg;

/// What the act puts into the place it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Put {
    /// A constant: a flag, a state, a time.
    Mark,
    /// Something that was made for the purpose.
    Made,
    Nothing,
    /// The act is no write.
    Other,
}

/// What the act writes.
pub(super) fn put(assembled: &Assembled, found: &Break) -> Put {
    let writes = at(assembled, found.act).filter_map(|instr| match &instr.op {
        // One more element of a collection fills nothing.
        Op::Write { how: How::Insert, place, .. } if !is_element(assembled, *place) => None,
        Op::Write { value, place, .. } | Op::Create { value, place, .. } if Some(*place) == found.place => Some(value),
        // Taken out in one step.
        Op::Update { value: value @ Val::Absent, place, .. } if Some(*place) == found.place => Some(value),
        _ => None,
    });
    match writes.last() {
        Some(Val::Absent) => Put::Nothing,
        Some(Val::Bool(_) | Val::Const(_) | Val::Instant(_)) => Put::Mark,
        Some(_) => Put::Made,
        None => Put::Other,
    }
}

/// Where a flow sets this mark, and where it gives it back.
pub(super) fn mark_sites(assembled: &Assembled, place: PlaceId) -> (Option<Site>, Option<Site>) {
    let code = assembled.model.flows.iter().flat_map(|flow| &flow.code);
    let (mut set, mut back) = (None, None);
    for instr in code {
        match puts(&instr.op, place) {
            Some(true) => back = back.or(Some(instr.site)),
            Some(false) => set = set.or(Some(instr.site)),
            None => {}
        }
    }
    (set, back)
}

/// Does this step put something into the place (`false`), or take it away (`true`)?
pub(super) fn puts(op: &Op, of: PlaceId) -> Option<bool> {
    let (place, back) = match op {
        Op::Write { place, how: How::Remove | How::Clear, .. } => (place, true),
        Op::Write { place, value, .. }
        | Op::Update { place, value, .. }
        | Op::Create { place, value, .. }
        | Op::Exchange { place, value, .. } => (place, is_back(value)),
        _ => return None,
    };
    (*place == of).then_some(back)
}

/// Does the function of the act also put something into the place itself?
pub(super) fn fills_it_itself(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    let function = |site: Site| assembled.sites.get(site.0 as usize).map(|info| info.function);
    let mut code = assembled.model.flows.iter().flat_map(|flow| &flow.code);
    code.any(|instr| puts(&instr.op, place) == Some(false) && function(instr.site) == function(found.act))
}

/// Is the mark one that the function which sets it also gives back, when all goes well? What is set for good, or taken back
/// only where the work has failed, says how things stand and keeps no run out.
pub(super) fn is_given_back(assembled: &Assembled, place: PlaceId) -> bool {
    let function = |site: Site| assembled.sites.get(site.0 as usize).map(|info| info.function);
    assembled.model.flows.iter().any(|flow| {
        let puts = |back: bool| {
            (0..flow.code.len()).filter(move |at| puts(&flow.code[*at].op, place) == Some(back)).collect::<Vec<_>>()
        };
        let back = puts(true);
        puts(false).into_iter().any(|set| {
            let mut reached = vec![false; flow.code.len()];
            reach(&flow.code, set, &mut reached);
            back.iter().any(|at| reached[*at] && function(flow.code[*at].site) == function(flow.code[set].site))
        })
    })
}

/// Where the code goes on from here as long as nothing fails, in what it starts as well, past what is marked already.
pub(super) fn reach(code: &[Instr], from: usize, reached: &mut [bool]) {
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        let Some(instr) = code.get(at).filter(|_| !std::mem::replace(&mut reached[at], true)) else { continue };
        open.extend(ways(instr, at).map(|pc| pc as usize));
    }
}

/// The steps that may come next where nothing fails.
fn ways(instr: &Instr, at: usize) -> impl Iterator<Item = Pc> {
    let (next, other) = instr.op.goes_on(at as Pc);
    let child = match &instr.op {
        Op::Start { entry, .. } => Some(*entry),
        _ => None,
    };
    [next, other, child].into_iter().flatten()
}

/// Does a run put into this place what it was given itself, or what rests on that? An element may be the run's own by its
/// key.
pub(super) fn is_given(assembled: &Assembled, place: PlaceId) -> bool {
    !is_element(assembled, place)
        && assembled.model.flows.iter().any(|flow| {
            let own = given(&flow.code);
            flow.code.iter().any(|instr| match &instr.op {
                Op::Write { place: written, how: How::Set, value, .. } => *written == place && varies(value, &own),
                _ => false,
            })
        })
}

/// The registers that rest on what the run was given.
fn given(code: &[Instr]) -> Vec<RegIx> {
    let mut own: Vec<RegIx> = Vec::new();
    for instr in code {
        let rests = match &instr.op {
            Op::Let { value, .. } => varies(value, &own),
            Op::Pause { args, .. } | Op::Act { args, .. } => args.iter().any(|arg| varies(arg, &own)),
            Op::Join { on, .. } => varies(on, &own),
            _ => false,
        };
        own.extend(instr.op.makes().filter(|_| rests));
    }
    own
}

fn varies(value: &Val, own: &[RegIx]) -> bool {
    match value {
        Val::Reg(reg) | Val::Plus(reg, _) => own.contains(reg),
        Val::Made(inner) => varies(inner, own),
        Val::Term { of, varies: itself } => *itself || of.iter().any(|part| varies(part, own)),
        _ => false,
    }
}

/// Does a flow ask whether a resource stands in this place, and take it away?
pub(super) fn is_taken_down(assembled: &Assembled, place: PlaceId) -> bool {
    let takes = |instr: &Instr| puts(&instr.op, place) == Some(true);
    let resource = assembled.model.places[place as usize].resource;
    resource
        && asks_for_absence(assembled, place)
        && assembled.model.flows.iter().all(|flow| flow.code.iter().any(takes))
}

/// Is a run suspended between setting the mark and giving it back? Then others can find it set.
pub(super) fn is_held_over_a_wait(assembled: &Assembled, place: PlaceId) -> bool {
    assembled.model.flows.iter().any(|flow| {
        let set = |at: &usize| puts(&flow.code[*at].op, place) == Some(false);
        (0..flow.code.len()).filter(set).any(|at| waits_before_back(&flow.code, at, place))
    })
}

fn waits_before_back(code: &[Instr], set: usize, place: PlaceId) -> bool {
    let mut seen = vec![false; code.len()];
    let mut open = vec![set + 1];
    while let Some(at) = open.pop() {
        let Some(instr) = code.get(at).filter(|_| !std::mem::replace(&mut seen[at], true)) else { continue };
        match &instr.op {
            op if puts(op, place) == Some(true) => {}
            Op::Pause { .. } | Op::Join { .. } => return true,
            op => {
                let (next, other) = op.goes_on(at as Pc);
                open.extend([next, other].into_iter().flatten().map(|pc| pc as usize));
            }
        }
    }
    false
}

fn is_back(value: &Val) -> bool {
    matches!(value, Val::Absent | Val::Bool(false) | Val::Const(0))
}

/// How much it would matter that something is made twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Making {
    /// Everything on the way can be done twice as well as once, and what is made is plain data.
    Repeatable,
    /// Something on the way is not known.
    Unknown,
    /// It makes an object, which may be data all the same.
    Object,
    /// It opens or adds, or stores the promise of the work itself.
    Matters,
}

/// What the flows do on the way to the act.
pub(super) fn making(assembled: &Assembled, found: &Break) -> Making {
    let resource = found.place.is_some_and(|place| assembled.model.places[place as usize].resource);
    if resource || is_promise(assembled, found) {
        return Making::Matters;
    }
    let code = assembled.model.flows.iter().flat_map(|flow| &flow.code).take_while(|instr| instr.site <= found.act);
    let each = code.filter_map(|instr| match &instr.op {
        Op::Let { value: Val::Fresh { identity: true }, .. } => Some(Making::Object),
        Op::Open { .. } => Some(Making::Matters),
        Op::Act { class: Effect::Adding | Effect::Opening, .. } => Some(Making::Matters),
        Op::Act { class: Effect::Unknown, .. } => Some(Making::Unknown),
        _ => None,
    });
    each.max().unwrap_or(Making::Repeatable)
}

/// Is it a promise that the act stores? Whoever stores one means all runs to share the work that it stands for.
fn is_promise(assembled: &Assembled, found: &Break) -> bool {
    assembled.model.flows.iter().any(|flow| {
        let made = |reg: RegIx| {
            let promise =
                |instr: &Instr| matches!(instr.op, Op::Start { into, .. } | Op::Promise { into } if into == reg);
            flow.code.iter().any(promise)
        };
        let stores = |instr: &Instr| match &instr.op {
            Op::Write { place, value: Val::Reg(reg), .. } => Some(*place) == found.place && made(*reg),
            _ => false,
        };
        flow.code.iter().filter(|instr| instr.site == found.act).any(stores)
    })
}

/// Does the act replace the whole content of its place? An element of its own key stands beside the others.
pub(super) fn is_replaced(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    let sets = |instr: &Instr| matches!(&instr.op, Op::Write { place: set, how: How::Set, .. } if *set == place);
    !is_element(assembled, place) && at(assembled, found.act).any(sets)
}

/// Is something done on the way to the act that counts each time: a request that adds, a message that is sent?
pub(super) fn adds_before(assembled: &Assembled, found: &Break) -> bool {
    assembled.model.flows.iter().any(|flow| {
        let mut way = flow.code.iter().take_while(|instr| instr.site != found.act);
        flow.code.iter().any(|instr| instr.site == found.act)
            && way.any(|instr| matches!(instr.op, Op::Act { class: Effect::Adding, .. }))
    })
}

/// Does some flow mark this place with a constant: a flag, a state?
pub(super) fn is_marked(assembled: &Assembled, place: PlaceId) -> bool {
    assembled.model.flows.iter().flat_map(|flow| &flow.code).any(|instr| match &instr.op {
        Op::Write { place: written, value, .. } => {
            *written == place && matches!(value, Val::Bool(true) | Val::Const(_))
        }
        _ => false,
    })
}

/// Does some flow ask whether anything stands in this place?
pub(super) fn asks_for_absence(assembled: &Assembled, place: PlaceId) -> bool {
    assembled.model.flows.iter().any(|flow| {
        let copies = copies_of(&flow.code, place);
        flow.code.iter().any(|instr| match &instr.op {
            Op::Branch { test, .. } => asks(test, &copies),
            _ => false,
        })
    })
}

/// Does what stands in this place decide whether a run waits for something or starts it? Where all runs do the same work
/// whatever the mark says, it keeps nobody out.
pub(super) fn keeps_out(assembled: &Assembled, place: PlaceId) -> bool {
    assembled.model.flows.iter().any(|flow| {
        let copies = copies_of(&flow.code, place);
        let works = |from: usize, test: usize| {
            let mut reached = vec![false; flow.code.len()];
            reached[test] = true;
            reach(&flow.code, from, &mut reached);
            let work = |at: &usize| matches!(flow.code[*at].op, Op::Pause { .. } | Op::Join { .. } | Op::Start { .. });
            (0..flow.code.len()).filter(|at| reached[*at]).filter(work).collect::<Vec<_>>()
        };
        (0..flow.code.len()).any(|at| match &flow.code[at].op {
            Op::Branch { test, to } if compares(test, &copies) => works(at + 1, at) != works(*to as usize, at),
            _ => false,
        })
    })
}

/// Does the act put back what was read of its place, unchanged?
pub(super) fn puts_back(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    assembled.model.flows.iter().any(|flow| {
        let copies = copies_of(&flow.code, place);
        flow.code
            .iter()
            .filter(|instr| instr.site == found.act)
            .any(|instr| matches!(&instr.op, Op::Write { value: Val::Reg(reg), .. } if copies.contains(reg)))
    })
}

/// Is what the act puts there the answer to a request that was made with what stood there: a token for a token?
pub(super) fn is_renewed(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    assembled.model.flows.iter().any(|flow| {
        let holds = |value: &Val, known: &[RegIx]| match value {
            Val::Reg(reg) => known.contains(reg),
            Val::Term { of, .. } => of.iter().any(|part| matches!(part, Val::Reg(reg) if known.contains(reg))),
            _ => false,
        };
        let copies = copies_of(&flow.code, place);
        let mut answers: Vec<RegIx> = Vec::new();
        for instr in &flow.code {
            let more = match &instr.op {
                Op::Act { args, .. } => args.iter().any(|arg| matches!(arg, Val::Reg(reg) if copies.contains(reg))),
                Op::Pause { args, .. } => args.iter().any(|arg| holds(arg, &answers)),
                Op::Join { on: value, .. } | Op::Let { value, .. } => holds(value, &answers),
                _ => false,
            };
            answers.extend(instr.op.makes().filter(|_| more));
        }
        flow.code
            .iter()
            .filter(|instr| instr.site == found.act)
            .any(|instr| matches!(&instr.op, Op::Write { how: How::Set, value, .. } if holds(value, &answers)))
    })
}

/// The registers that hold what was read of a place.
pub(super) fn copies_of(code: &[Instr], place: PlaceId) -> Vec<RegIx> {
    let mut copies: Vec<RegIx> = Vec::new();
    for instr in code {
        match instr.op {
            Op::Read { place: read, into } if read == place => copies.push(into),
            Op::Let { into, value: Val::Reg(from) } if copies.contains(&from) => copies.push(into),
            _ => {}
        }
    }
    copies
}

/// Is the act done where a test of its place has found nothing there: in the function that tests, or in one that it
/// calls from there?
pub(super) fn is_done_for_lack(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    assembled.model.flows.iter().any(|flow| {
        let copies = copies_of(&flow.code, place);
        let lacks = (0..flow.code.len()).filter_map(|at| match &flow.code[at].op {
            Op::Branch { test, to } => {
                finds(test, &copies).map(|there| (at, if there { at + 1 } else { *to as usize }))
            }
            _ => None,
        });
        let mut lacks = lacks.filter(|(at, _)| leads_to(assembled, flow.code[*at].site, found.act));
        lacks.any(|(at, lack)| comes_to(&flow.code, (lack, at), found.act))
    })
}

/// A test of whether anything stands there: does it hold where something does?
pub(super) fn finds(test: &Check, read: &[RegIx]) -> Option<bool> {
    match test {
        Check::Truthy(Val::Reg(reg)) => read.contains(reg).then_some(true),
        Check::Absent(Val::Reg(reg)) => read.contains(reg).then_some(false),
        Check::Not(inner) => finds(inner, read).map(|there| !there),
        _ => None,
    }
}

/// Does some way lead from there to this site, but for those that come by a place once more?
fn comes_to(code: &[Instr], (from, not_by): (usize, usize), site: Site) -> bool {
    let mut seen = vec![false; code.len()];
    seen[not_by] = true;
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        let Some(instr) = code.get(at).filter(|_| !std::mem::replace(&mut seen[at], true)) else { continue };
        if instr.site == site {
            return true;
        }
        let error = instr.on_error.filter(|_| instr.may_raise());
        open.extend(ways(instr, at).chain(error).map(|pc| pc as usize));
    }
    false
}

/// Does some flow decide by what stands in this place, or by what it makes of that, where it goes?
pub(super) fn is_decided_by(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    assembled.model.flows.iter().any(|flow| {
        let looks = |op: &Op| matches!(op, Op::Read { place: read, .. } if *read == place);
        let makes = |op: &Op| matches!(op, Op::Let { .. } | Op::Act { .. } | Op::Join { .. });
        let known = rests(&flow.code, flow.registers, looks, makes);
        flow.code.iter().any(|instr| {
            let mut asks = false;
            if matches!(instr.op, Op::Branch { .. }) {
                instr.op.reads(&mut |reg| asks |= known[reg as usize]);
            }
            asks && leads_to(assembled, instr.site, found.act)
        })
    })
}

/// Is the act one that puts one more thing into the collection which decided that it is done, or that keeps there when
/// something which counts each time was done last?
pub(super) fn is_put_where_it_looked(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    let mut acts = at(assembled, found.act);
    acts.any(|instr| match &instr.op {
        Op::Write { place: written, how, .. } => {
            *written == place && (*how == How::Insert && !is_element(assembled, place) || adds_before(assembled, found))
        }
        _ => false,
    })
}

/// Is the place one element of a collection?
fn is_element(assembled: &Assembled, place: PlaceId) -> bool {
    matches!(assembled.places[place as usize].key.path.last(), Some(Seg::Any | Seg::Key(_)))
}

fn compares(test: &Check, read: &[RegIx]) -> bool {
    let known = |value: &Val| matches!(value, Val::Reg(reg) if read.contains(reg));
    match test {
        Check::Equals(a, b) | Check::Less(a, b) => known(a) || known(b),
        Check::Not(inner) => compares(inner, read),
        other => asks(other, read),
    }
}

/// Is the site in the function of `from`, or in a call made there?
fn leads_to(assembled: &Assembled, from: Site, mut site: Site) -> bool {
    let info = |site: Site| &assembled.sites[site.0 as usize];
    loop {
        let same_call = info(site).called_at == info(from).called_at;
        if same_call && info(site).function == info(from).function {
            return true;
        }
        match info(site).called_at {
            Some(outer) => site = outer,
            None => return false,
        }
    }
}

/// Does some flow go on with a promise by a callback? What runs when it fails is not followed closely enough to say that
/// nothing does.
pub(super) fn is_chained(assembled: &Assembled) -> bool {
    let mut code = assembled.model.flows.iter().flat_map(|flow| &flow.code);
    code.any(|instr| matches!(instr.op, Op::Start { after: Some(_), .. }))
}

fn asks(test: &Check, read: &[RegIx]) -> bool {
    match test {
        Check::Truthy(Val::Reg(reg)) | Check::Absent(Val::Reg(reg)) => read.contains(reg),
        Check::Not(inner) => asks(inner, read),
        _ => false,
    }
}

/// The instructions of one site.
pub(super) fn at(assembled: &Assembled, site: Site) -> impl Iterator<Item = &Instr> {
    assembled.model.flows.iter().flat_map(|flow| &flow.code).filter(move |instr| instr.site == site)
}
