//! Which place of the model a location is: the same owner and way, the same slot of instance and key.

use rustc_hash::FxHashMap;

use super::{Follow, MARKED, PlaceInfo, Plan};
use crate::explore::model::{LockDef, LockId, PlaceDef, PlaceId, Val};
use crate::facts::{Type, Value};
use crate::link::Program;
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Loc, Owner, Seg, SharedKey};
use crate::names::Name;

/// A location as the model tells it apart from others.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Identity {
    owner: Owner,
    instance: u32,
    path: Vec<Seg>,
    /// The slots of the keys on the way.
    keys: Vec<u32>,
}

pub(super) struct Places<'p> {
    program: &'p Program,
    keep: Vec<SharedKey>,
    vague: Vec<SharedKey>,
    /// Files are kept, all of them where none is named, and nothing else.
    files: bool,
    filled: bool,
    places: FxHashMap<Identity, PlaceId>,
    defs: Vec<PlaceDef>,
    infos: Vec<PlaceInfo>,
    identities: Vec<Identity>,
    locks: FxHashMap<Identity, LockId>,
    lock_defs: Vec<LockDef>,
    lock_infos: Vec<PlaceInfo>,
    /// The instances of each unit that this lane has met, in that order.
    instances: FxHashMap<UnitId, Vec<(Base, Vec<Seg>)>>,
    /// The keys of each collection that this lane has met, as text, in that order.
    keys: FxHashMap<SharedKey, Vec<String>>,
}

impl<'p> Places<'p> {
    pub(super) fn new(program: &'p Program, plan: &Plan) -> Places<'p> {
        Places {
            program,
            keep: plan.keep.clone(),
            vague: plan.vague.clone(),
            files: plan.follow == Follow::Files,
            filled: plan.filled,
            places: FxHashMap::default(),
            defs: Vec::new(),
            infos: Vec::new(),
            identities: Vec::new(),
            locks: FxHashMap::default(),
            lock_defs: Vec::new(),
            lock_infos: Vec::new(),
            instances: FxHashMap::default(),
            keys: FxHashMap::default(),
        }
    }

    /// A new lane numbers its instances and keys afresh; its own receiver is the first instance of its unit.
    pub(super) fn begin_lane(&mut self, root: FunctionId) {
        self.instances.clear();
        self.keys.clear();
        let unit = self.program.real_unit(UnitId { file: root.file, ix: self.program.function(root).unit });
        self.instances.insert(unit, vec![(Base::This(unit), Vec::new())]);
    }

    /// The place that this location is, if it is one of those kept.
    pub(super) fn place(&mut self, loc: &Loc, key_text: &dyn Fn(&Seg) -> String) -> Option<PlaceId> {
        let key = loc.key();
        let all = self.files && self.keep.is_empty();
        if loc.is_file() != self.files || !all && !self.keep.contains(&key) {
            return None;
        }
        let identity = self.identity(loc, key_text);
        if let Some(id) = self.places.get(&identity) {
            return Some(*id);
        }
        let id = self.defs.len() as PlaceId;
        let shown = loc.show(self.program);
        let initial = match self.initial(loc) {
            Val::Absent if self.filled => Val::Unknown,
            initial => initial,
        };
        let (outside, own) = (loc.is_file(), loc.is_file() && loc.is_private());
        let resource = self.program.is_released(&key);
        self.defs.push(PlaceDef { name: shown.clone(), outside, initial, resource, own });
        self.infos.push(PlaceInfo { key, shown });
        self.identities.push(identity.clone());
        self.places.insert(identity, id);
        Some(id)
    }

    /// The place that stands for a step which is asked about.
    pub(super) fn marked(&mut self) -> PlaceId {
        let owner = Owner::Base(Base::External(Name::new(MARKED)));
        let identity = Identity { owner, instance: 0, path: Vec::new(), keys: Vec::new() };
        if let Some(id) = self.places.get(&identity) {
            return *id;
        }
        let (id, shown) = (self.defs.len() as PlaceId, MARKED.to_owned());
        let def = PlaceDef { name: shown.clone(), outside: false, initial: Val::Absent, resource: false, own: false };
        self.defs.push(def);
        self.infos.push(PlaceInfo { key: SharedKey { owner, path: Vec::new() }, shown });
        self.identities.push(identity.clone());
        self.places.insert(identity, id);
        id
    }

    /// Is this shared and left out?
    pub(super) fn is_vague(&self, loc: &Loc) -> bool {
        self.vague.contains(&loc.key())
    }

    /// The places met so far that lie inside this location (the whole collection, the whole object).
    pub(super) fn inside(&mut self, loc: &Loc, key_text: &dyn Fn(&Seg) -> String) -> Vec<PlaceId> {
        let identity = self.identity(loc, key_text);
        let within = |other: &Identity| {
            other.owner == identity.owner
                && other.instance == identity.instance
                && other.path.len() > identity.path.len()
                && other.path.starts_with(&identity.path)
        };
        (0..self.identities.len()).filter(|at| within(&self.identities[*at])).map(|at| at as PlaceId).collect()
    }

    /// What stands there must be released.
    pub(super) fn is_resource(&self, place: PlaceId) -> bool {
        self.defs[place as usize].resource
    }

    pub(super) fn lock(&mut self, loc: &Loc, is_async: bool, key_text: &dyn Fn(&Seg) -> String) -> LockId {
        let identity = self.identity(loc, key_text);
        if let Some(id) = self.locks.get(&identity) {
            return *id;
        }
        let id = self.lock_defs.len() as LockId;
        let shown = loc.show(self.program);
        let writer = self.program.is_taken_exclusively(&loc.key());
        self.lock_defs.push(LockDef { name: shown.clone(), reentrant: false, writer, is_async });
        self.lock_infos.push(PlaceInfo { key: loc.key(), shown });
        self.locks.insert(identity, id);
        id
    }

    /// Nobody who takes this lock for reading waits behind a writer that waits.
    pub(super) fn never_queues(&mut self, lock: LockId) {
        self.lock_defs[lock as usize].writer = false;
    }

    fn identity(&mut self, loc: &Loc, key_text: &dyn Fn(&Seg) -> String) -> Identity {
        let instance = match loc.owner {
            Owner::Unit(unit) => {
                let known = self.instances.entry(unit).or_default();
                let this = (loc.base, loc.path[..loc.at].to_vec());
                match known.iter().position(|other| *other == this) {
                    Some(at) => at as u32,
                    None => {
                        known.push(this);
                        known.len() as u32 - 1
                    }
                }
            }
            Owner::Base(_) => 0,
        };
        let mut path = Vec::new();
        let mut keys = Vec::new();
        for seg in loc.tail() {
            if let Seg::Key(crate::link::loc::Key::Value(..)) = seg {
                let collection = SharedKey { owner: loc.owner, path: path.clone() };
                let text = key_text(seg);
                let known = self.keys.entry(collection).or_default();
                let slot = known.iter().position(|other| *other == text).unwrap_or_else(|| {
                    known.push(text);
                    known.len() - 1
                });
                keys.push(slot as u32);
                path.push(Seg::Any);
            } else {
                path.push(seg.clone());
            }
        }
        Identity { owner: loc.owner, instance, path, keys }
    }

    /// What stands there before anybody runs, as the declaration says: an optional field without a value is absent.
    fn initial(&self, loc: &Loc) -> Val {
        if loc.is_file() {
            return if loc.is_private() { Val::Absent } else { Val::Unknown };
        }
        let field = match (loc.owner, loc.tail()) {
            (Owner::Unit(unit), [Seg::Field(name)]) => self
                .program
                .modules
                .field(&self.program.files, unit, *name)
                .map(|(owner, field)| &self.program.unit(owner).fields[field as usize]),
            (Owner::Base(Base::Variable(unit, field)), []) => self.program.unit(unit).fields.get(field as usize),
            // An element that nobody has put there yet.
            (_, [.., Seg::Any | Seg::Key(_)]) => return Val::Absent,
            (Owner::Base(base @ Base::Value(..)), [_]) => return self.program.state(base).map_or(Val::Unknown, begin),
            (Owner::Base(Base::Local(function, local)), []) => {
                let local = &self.program.function(function).locals[local.index()];
                return if matches!(local.bind, crate::facts::Bind::Mutable) { Val::Absent } else { Val::Unknown };
            }
            _ => None,
        };
        let Some(field) = field else { return Val::Unknown };
        match &field.init {
            // `x?: T` and `x: T | undefined` begin with nothing in them.
            Value::Unknown if is_optional(&field.ty) => Val::Absent,
            value => begin(value),
        }
    }

    pub(super) fn finish(self) -> (Vec<PlaceDef>, Vec<PlaceInfo>, Vec<LockDef>, Vec<PlaceInfo>) {
        (self.defs, self.infos, self.lock_defs, self.lock_infos)
    }
}

fn begin(value: &Value) -> Val {
    match value {
        Value::Absent => Val::Absent,
        Value::Bool(on) => Val::Bool(*on),
        _ => Val::Unknown,
    }
}

fn is_optional(ty: &Type) -> bool {
    match ty {
        Type::Named { path, args } if *path == "Union" => args
            .iter()
            .any(|arg| matches!(arg, Type::Named { path, .. } if matches!(path.as_str(), "null" | "undefined"))),
        Type::Named { path, .. } => {
            path.ends_with("Option") || path.ends_with("OnceLock") || path.ends_with("OnceCell")
        }
        _ => false,
    }
}
