//! Assemble: linked functions become a model for the explorer.
//!
//! Callees are inlined to a small depth; only the places that somebody else touches are kept, everything else is an
//! opaque value. Two lanes mean the same place when owner and way agree: the instance of the first lane is *assumed* to
//! be that of the second, and the first key of a collection likewise. This room must never know a rule or an output.

mod body;
mod calls;
mod code;
mod files;
mod frame;
mod ops;
mod places;
mod rests;
mod slice;
mod slim;
mod steering;
mod stored;
mod straighten;
mod thread;
mod values;
mod ways;

use crate::explore::model::{Flow, FlowId, Instr, Model, Op, PlaceId, RegIx, Site, World};
use crate::facts::Span;
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;
use crate::link::summary::KeyId;
use code::Code;
use frame::Frame;
use places::Places;
pub use rests::rests;
pub use steering::steering_places;

/// What a run does in a model, by function: a lane is one or two runs.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Plan {
    pub flows: Vec<FunctionId>,
    /// The places that are kept.
    pub keep: Vec<SharedKey>,
    /// Places that the runs share and that are left out: what is read there is anybody's guess.
    pub vague: Vec<SharedKey>,
    /// Which callees are written out.
    pub follow: Follow,
    /// Earlier runs have filled the places: where nothing stands at first, something may stand by now.
    pub filled: bool,
    /// Each flow begins when the root of the one before it has returned.
    pub ordered: bool,
    /// A step that is asked about: whoever comes to it writes the place [`MARKED`].
    pub mark: Option<(FunctionId, Span)>,
}

/// The place that a run writes when it comes to the step that was marked.
pub const MARKED: &str = "its turn";

impl Plan {
    pub fn new(flows: Vec<FunctionId>, keep: Vec<SharedKey>, follow: Follow) -> Plan {
        Plan { flows, keep, vague: Vec::new(), follow, filled: false, ordered: false, mark: None }
    }
}

/// What makes a callee worth writing out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Follow {
    /// It touches a place that is kept.
    Places,
    /// It takes a lock.
    Locks,
    /// It works on files. No memory is kept then: what is written there in a run is what that run finds there.
    Files,
}

/// A model and the way back from it to the source.
pub struct Assembled {
    pub model: Model,
    /// By [`crate::explore::model::Site`].
    pub sites: Vec<SiteInfo>,
    /// By place id.
    pub places: Vec<PlaceInfo>,
    /// By lock id.
    pub locks: Vec<PlaceInfo>,
}

impl Assembled {
    /// Another model of the same sites and places.
    pub fn with(&self, model: Model) -> Assembled {
        let (sites, places, locks) = (self.sites.clone(), self.places.clone(), self.locks.clone());
        Assembled { model, sites, places, locks }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct SiteInfo {
    pub function: FunctionId,
    pub span: Span,
    /// The call that leads here, in the function around it.
    pub called_at: Option<Site>,
}

#[derive(Clone, Debug)]
pub struct PlaceInfo {
    pub key: SharedKey,
    /// As the code that met it first writes it.
    pub shown: String,
}

/// The model does not fit: too much code was inlined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLong;

/// Makes the model in which each function of the plan is a flow of its own.
pub fn assemble(program: &Program, plan: &Plan) -> Result<Assembled, TooLong> {
    let rust = plan.flows.first().is_some_and(|flow| program.is_rust(flow.file));
    let mut model = Model { world: if rust { World::Threads } else { World::Tasks }, ..Model::default() };
    let mut places = Places::new(program, plan);
    let mut sites = Vec::new();
    let kept: Vec<KeyId> = plan.keep.iter().filter_map(|key| program.keys().find(key)).collect();
    for function in &plan.flows {
        places.begin_lane(*function);
        let mut flow = FlowMaker {
            program,
            kept: &kept,
            follow: plan.follow,
            mark: plan.mark,
            places: &mut places,
            sites: &mut sites,
            code: Code::default(),
            frames: Vec::new(),
            later: Vec::new(),
            shadows: Vec::new(),
        };
        flow.root(*function)?;
        let name = program.function(*function).name.to_string();
        let files = plan.follow == Follow::Files;
        let (code, registers) = reduce(flow.code.finish(), Keeping { looks: rust || files, files });
        model.flows.push(Flow { name, code, registers, holds: Vec::new() });
    }
    let (defs, infos, locks, lock_infos) = places.finish();
    if plan.ordered {
        let last = model.flows.len() as FlowId - 1;
        model.order = (0..last).map(|first| (first, first + 1)).collect();
        // What it has left open is for the last one to close.
        model.releasers = (0..defs.len() as PlaceId).map(|place| (place, last)).collect();
    }
    model.places = defs;
    model.locks = locks;
    Ok(Assembled { model, sites, places: infos, locks: lock_infos })
}

/// What is not left out.
#[derive(Clone, Copy)]
struct Keeping {
    /// Looks that no other step uses: two of them can show something torn.
    looks: bool,
    /// Every step between two looks at a file, and every way out.
    files: bool,
}

/// Leaves out what changes no verdict, until nothing more can be left out.
fn reduce((code, registers): (Vec<Instr>, RegIx), keeping: Keeping) -> (Vec<Instr>, RegIx) {
    let (mut code, mut registers) = slim::slim(code, registers, keeping.looks);
    if keeping.files {
        code = thread::thread(code);
    }
    loop {
        let before = code.len();
        let (sliced, more) = slice::slice(code, registers, keeping.files);
        (code, registers) = slim::slim(sliced, more, keeping.looks);
        if keeping.files {
            return (code, registers);
        }
        straighten::straighten(&mut code, registers);
        (code, registers) = slim::slim(code, registers, keeping.looks);
        if code.len() >= before {
            return (code, registers);
        }
    }
}

/// The flow's number in the model is that of the function in the plan.
pub fn flow(index: usize) -> FlowId {
    index as FlowId
}

/// One flow in the making.
struct FlowMaker<'a, 'p> {
    program: &'p Program,
    kept: &'a [KeyId],
    follow: Follow,
    mark: Option<(FunctionId, Span)>,
    places: &'a mut Places<'p>,
    sites: &'a mut Vec<SiteInfo>,
    code: Code,
    /// The functions being inlined, outermost first.
    frames: Vec<Frame<'p>>,
    /// Children that were started and still have to be written out.
    later: Vec<Child<'p>>,
    /// Where nothing in memory is kept: what this run last put there.
    shadows: Vec<(SharedKey, RegIx)>,
}

/// A started function: written out behind the code that starts it.
struct Child<'p> {
    entry: code::Label,
    frames: Vec<Frame<'p>>,
    /// What it does before its body: it takes the answer that it goes on with.
    first: Option<(Op, Site)>,
}
