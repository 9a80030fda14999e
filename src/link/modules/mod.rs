//! Which name means what, across files: imports, exports, module trees.

use std::path::Path;

use super::SourceFacts;
use super::ids::{FileId, FunctionId, Symbol, UnitId};
use crate::facts::UnitIx;
use crate::names::Name;

pub struct Modules {}

impl Modules {
    pub fn build(_files: &[SourceFacts], _root: &Path) -> Modules {
        Modules {}
    }

    pub fn lookup(&self, _files: &[SourceFacts], _file: FileId, _unit: UnitIx, _name: Name) -> Symbol {
        Symbol::Unknown
    }

    pub fn member(&self, _files: &[SourceFacts], _of: Symbol, _name: Name) -> Symbol {
        Symbol::Unknown
    }

    pub fn method(&self, _files: &[SourceFacts], _unit: UnitId, _name: Name) -> Option<FunctionId> {
        None
    }

    pub fn field(&self, _files: &[SourceFacts], _unit: UnitId, _name: Name) -> Option<(UnitId, u32)> {
        None
    }
}
