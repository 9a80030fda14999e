//! Trees of facts built by hand, and a short way to ask what names in them mean.

use std::sync::Arc;

use racelint::facts::{
    Alias, Edition, Export, Field, FileFacts, Function, FunctionIx, FunctionKind, Import, Language, ModDecl, Receiver,
    Span, Type, Unit, UnitIx, UnitKind, Value, Visibility,
};
use racelint::link::SourceFacts;
use racelint::link::ids::{FileId, FunctionId, Symbol, UnitId};
use racelint::link::modules::Modules;
use racelint::link::modules::manifests::Memory;
use racelint::names::Name;

/// A file whose language is its path's.
pub(crate) fn file(path: &str) -> File {
    let language = if path.ends_with(".rs") { Language::Rust(Edition::E2021) } else { Language::TypeScript };
    let facts = FileFacts {
        language,
        test: false,
        imports: Vec::new(),
        exports: Vec::new(),
        mods: Vec::new(),
        aliases: Vec::new(),
        units: Vec::new(),
        functions: Vec::new(),
        notes: Vec::new(),
    };
    let file = File { path: path.to_owned(), facts, text: Arc::from("") };
    file.unit("", UnitKind::Module, None, &[]).push_function("", 0, FunctionKind::Module, Receiver::None)
}

pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) facts: FileFacts,
    pub(crate) text: Arc<str>,
}

impl File {
    fn unit(mut self, name: &str, kind: UnitKind, parent: Option<u32>, bases: &[&str]) -> File {
        self.facts.units.push(Unit {
            name: Name::new(name),
            kind,
            span: Span::default(),
            parent: parent.map(UnitIx),
            bases: bases.iter().map(|base| Type::named(base)).collect(),
            fields: Vec::new(),
            exported: true,
            decorators: Vec::new(),
            test: false,
            generics: Vec::new(),
        });
        self
    }

    pub(crate) fn edition(mut self, edition: Edition) -> File {
        self.facts.language = Language::Rust(edition);
        self
    }

    pub(crate) fn test(mut self) -> File {
        self.facts.test = true;
        self
    }

    pub(crate) fn class(self, name: &str, bases: &[&str]) -> File {
        self.unit(name, UnitKind::Class, Some(0), bases)
    }

    pub(crate) fn class_in(self, parent: u32, name: &str, bases: &[&str]) -> File {
        self.unit(name, UnitKind::Class, Some(parent), bases)
    }

    pub(crate) fn interface(self, name: &str, bases: &[&str]) -> File {
        self.unit(name, UnitKind::Interface, Some(0), bases)
    }

    pub(crate) fn extension(self, name: &str, bases: &[&str]) -> File {
        self.unit(name, UnitKind::Extension, Some(0), bases)
    }

    pub(crate) fn namespace(self, name: &str) -> File {
        self.unit(name, UnitKind::Module, Some(0), &[])
    }

    /// An inline `mod`, unit by unit as the others.
    pub(crate) fn inline(mut self, name: &str, parent: u32) -> File {
        let unit = UnitIx(self.facts.units.len() as u32);
        self.facts.mods.push(ModDecl {
            name: Name::new(name),
            path: None,
            parent: UnitIx(parent),
            unit: Some(unit),
            test: false,
        });
        self.unit(name, UnitKind::Module, Some(parent), &[])
    }

    pub(crate) fn enumeration(mut self, name: &str, cases: &[&str]) -> File {
        self = self.unit(name, UnitKind::Enum, Some(0), &[]);
        let unit = self.facts.units.len() as u32 - 1;
        cases.iter().fold(self, |file, case| file.field(unit, case))
    }

    /// `const name = { methods }`
    pub(crate) fn object(mut self, name: &str, methods: &[&str]) -> File {
        self = self.unit(name, UnitKind::Object, Some(0), &[]);
        let unit = self.facts.units.len() as u32 - 1;
        self = self.variable(name);
        if let Some(field) = self.facts.units[0].fields.last_mut() {
            field.init = Value::Class(UnitIx(unit));
        }
        methods.iter().fold(self, |file, method| file.method(unit, method))
    }

    fn push_field(mut self, unit: u32, name: &str, is_static: bool) -> File {
        self.facts.units[unit as usize].fields.push(Field {
            name: Name::new(name),
            ty: Type::Unknown,
            span: Span::default(),
            init: Value::Unknown,
            made: Type::Unknown,
            is_static,
            constant: true,
            private: false,
        });
        self
    }

    pub(crate) fn field(self, unit: u32, name: &str) -> File {
        self.push_field(unit, name, false)
    }

    pub(crate) fn static_field(self, unit: u32, name: &str) -> File {
        self.push_field(unit, name, true)
    }

    pub(crate) fn variable(self, name: &str) -> File {
        self.push_field(0, name, false)
    }

    fn push_function(mut self, name: &str, unit: u32, kind: FunctionKind, receiver: Receiver) -> File {
        self.facts.functions.push(Function {
            name: Name::new(name),
            span: Span::default(),
            name_span: Span::default(),
            unit: UnitIx(unit),
            outer: (kind != FunctionKind::Module && unit == 0).then_some(FunctionIx(0)),
            kind,
            is_async: false,
            is_generator: false,
            receiver,
            visibility: Visibility::Public,
            params: Vec::new(),
            returns: Type::Unknown,
            decorators: Vec::new(),
            test: false,
            generics: Vec::new(),
            locals: Vec::new(),
            places: Vec::new(),
            blocks: Vec::new(),
            registers: 0,
        });
        self
    }

    pub(crate) fn function(self, name: &str) -> File {
        self.function_in(0, name)
    }

    pub(crate) fn function_in(self, unit: u32, name: &str) -> File {
        self.push_function(name, unit, FunctionKind::Plain, Receiver::None)
    }

    pub(crate) fn method(self, unit: u32, name: &str) -> File {
        self.push_function(name, unit, FunctionKind::Method, Receiver::Shared)
    }

    pub(crate) fn method_without_receiver(self, unit: u32, name: &str) -> File {
        self.push_function(name, unit, FunctionKind::Method, Receiver::None)
    }

    fn import(mut self, unit: u32, from: &str, name: &str, local: &str, type_only: bool, public: bool) -> File {
        let (from, name, local) = (Name::new(from), Name::new(name), Name::new(local));
        let import = Import { from, name, local, unit: UnitIx(unit), span: Span::default(), type_only, public };
        self.facts.imports.push(import);
        self
    }

    pub(crate) fn imports(self, from: &str, name: &str, local: &str) -> File {
        self.import(0, from, name, local, false, false)
    }

    pub(crate) fn imports_type(self, from: &str, name: &str, local: &str) -> File {
        self.import(0, from, name, local, true, false)
    }

    /// `use`, as a path with `as` where it renames.
    pub(crate) fn uses(self, path: &str) -> File {
        self.uses_in(0, path, false)
    }

    pub(crate) fn pub_uses(self, path: &str) -> File {
        self.uses_in(0, path, true)
    }

    pub(crate) fn uses_in(self, unit: u32, path: &str, public: bool) -> File {
        let (path, rename) = path.split_once(" as ").map_or((path, None), |(path, rename)| (path, Some(rename)));
        let (from, name) = path.rsplit_once("::").unwrap_or(("", path));
        self.import(unit, from, name, rename.unwrap_or(name), false, public)
    }

    pub(crate) fn module(mut self, name: &str) -> File {
        let declared = ModDecl { name: Name::new(name), path: None, parent: UnitIx(0), unit: None, test: false };
        self.facts.mods.push(declared);
        self
    }

    pub(crate) fn module_in(mut self, parent: u32, name: &str, path: Option<&str>) -> File {
        let path = path.map(Name::new);
        self.facts.mods.push(ModDecl { name: Name::new(name), path, parent: UnitIx(parent), unit: None, test: false });
        self
    }

    pub(crate) fn exports(mut self, name: &str, local: &str) -> File {
        let (name, local) = (Name::new(name), Name::new(local));
        self.facts.exports.push(Export { name, local, from: None, span: Span::default() });
        self
    }

    pub(crate) fn exports_from(mut self, name: &str, local: &str, from: &str) -> File {
        let (name, local, from) = (Name::new(name), Name::new(local), Some(Name::new(from)));
        self.facts.exports.push(Export { name, local, from, span: Span::default() });
        self
    }

    pub(crate) fn alias(mut self, name: &str, of: &str) -> File {
        self.facts.aliases.push(Alias {
            name: Name::new(name),
            ty: Type::named(of),
            unit: UnitIx(0),
            generics: Vec::new(),
        });
        self
    }
}

pub(crate) struct Tree {
    pub(crate) files: Vec<SourceFacts>,
    pub(crate) modules: Modules,
}

impl Tree {
    pub(crate) fn new(files: impl IntoIterator<Item = File>) -> Tree {
        Tree::with(files, [])
    }

    pub(crate) fn with<'a>(
        files: impl IntoIterator<Item = File>,
        manifests: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Tree {
        let source = |file: File| SourceFacts { path: file.path, text: file.text, facts: file.facts.into() };
        let files: Vec<SourceFacts> = files.into_iter().map(source).collect();
        let modules = Modules::build_with(&files, Arc::new(Memory::new(manifests)));
        Tree { files, modules }
    }

    pub(crate) fn id(&self, path: &str) -> FileId {
        FileId(self.files.iter().position(|file| file.path == path).expect(path) as u32)
    }

    /// What a name at the top level of a file means.
    pub(crate) fn at(&self, path: &str, name: &str) -> String {
        self.in_unit(path, 0, name)
    }

    pub(crate) fn in_unit(&self, path: &str, unit: u32, name: &str) -> String {
        self.show(self.modules.lookup(&self.files, self.id(path), UnitIx(unit), Name::new(name)))
    }

    pub(crate) fn alias_at(&self, path: &str, name: &str) -> String {
        let symbol = self.modules.lookup_type(&self.files, self.id(path), UnitIx(0), Name::new(name));
        self.show(self.modules.resolve_alias(&self.files, symbol))
    }

    pub(crate) fn member(&self, path: &str, name: &str, member: &str) -> Symbol {
        let symbol = self.modules.lookup_type(&self.files, self.id(path), UnitIx(0), Name::new(name));
        self.modules.member(&self.files, symbol, Name::new(member))
    }

    fn unit(&self, path: &str, name: &str) -> UnitId {
        let file = self.id(path);
        let units = &self.files[file.index()].facts.units;
        let ix = units.iter().position(|unit| unit.name == name).expect(name);
        UnitId { file, ix: UnitIx(ix as u32) }
    }

    pub(crate) fn method_id(&self, path: &str, unit: &str, name: &str) -> Option<FunctionId> {
        self.modules.method(&self.files, self.unit(path, unit), Name::new(name))
    }

    pub(crate) fn method(&self, path: &str, unit: &str, name: &str) -> String {
        self.show(self.method_id(path, unit, name).map_or(Symbol::Unknown, Symbol::Function))
    }

    pub(crate) fn field(&self, path: &str, unit: &str, name: &str) -> String {
        let found = self.modules.field(&self.files, self.unit(path, unit), Name::new(name));
        found.map_or_else(|| "?".to_owned(), |(unit, field)| format!("{} {field}", self.show_unit(unit)))
    }

    pub(crate) fn implementers(&self, path: &str, unit: &str) -> Vec<String> {
        let found = self.modules.implementers(self.unit(path, unit));
        found.unwrap_or_default().iter().map(|unit| self.show_unit(*unit)).collect()
    }

    pub(crate) fn methods_named(&self, name: &str) -> &[FunctionId] {
        self.modules.methods_named(Name::new(name))
    }

    fn show_unit(&self, unit: UnitId) -> String {
        let file = &self.files[unit.file.index()];
        let name = file.facts.units[unit.ix.index()].name;
        if name.is_empty() { file.path.clone() } else { format!("{} {name}", file.path) }
    }

    pub(crate) fn show(&self, symbol: Symbol) -> String {
        let path = |file: FileId| self.files[file.index()].path.as_str();
        match symbol {
            Symbol::Function(id) => {
                format!("fn {} {}", path(id.file), self.files[id.file.index()].facts.functions[id.ix.index()].name)
            }
            Symbol::Unit(unit) => format!("unit {}", self.show_unit(unit)),
            Symbol::Variable(unit, field) => {
                let fields = &self.files[unit.file.index()].facts.units[unit.ix.index()].fields;
                format!("var {} {}", path(unit.file), fields[field as usize].name)
            }
            Symbol::Module(unit) => format!("module {}", self.show_unit(unit)),
            Symbol::Alias(file, alias) => {
                format!("alias {} {}", path(file), self.files[file.index()].facts.aliases[alias as usize].name)
            }
            Symbol::Case(unit, name) => format!("case {} {name}", self.show_unit(unit)),
            Symbol::External { from, name } => format!("outside {from} {name}"),
            Symbol::Unknown => "?".to_owned(),
        }
    }
}
