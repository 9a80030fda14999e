//! SQL text: which table a statement reads or writes, by which keys, and what guards it brings. The parsing is done by
//! `sqlparser`; nothing here knows where the text stood.

use sqlparser::ast::{
    Assignment, AssignmentTarget, BinaryOperator, Expr, FromTable, ObjectName, OnConflictAction, OnInsert, Query,
    SelectItem, SetExpr, Statement as Ast, TableFactor, TableObject, TableWithJoins, Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use crate::models::query::Does;

/// What one statement does.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Statement {
    pub(super) does: Does,
    pub(super) table: String,
    /// Columns that are compared with one value.
    pub(super) keys: Vec<(String, Operand)>,
    /// Columns that are set.
    pub(super) data: Vec<(String, Operand)>,
    /// The columns that are read.
    pub(super) selects: Vec<String>,
    pub(super) locks: bool,
    /// Where the row is there already, nothing is done.
    pub(super) ignores: bool,
    /// It says itself under which condition it inserts.
    pub(super) guarded: bool,
    pub(super) returning: bool,
    pub(super) serializable: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Operand {
    /// The value bound to the placeholder of this number, from 0.
    Bound(usize),
    Const(String),
    /// Computed by the server.
    Server,
    /// Computed by the server from what stands there: `n = n + 1`.
    Relative,
}

/// The statements of a text; none if it is no SQL.
pub(super) fn read(text: &str) -> Vec<Statement> {
    let start = text.trim_start();
    let word: String = start.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_uppercase();
    let known =
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "BEGIN", "START", "COMMIT", "ROLLBACK", "END", "REPLACE"];
    if !known.contains(&word.as_str())
        || start.len() == word.len() && !matches!(word.as_str(), "BEGIN" | "COMMIT" | "ROLLBACK" | "END")
    {
        return Vec::new();
    }
    if let Some(simple) = boundary(&word, start) {
        return vec![simple];
    }
    let numbered = number_holes(start, "$");
    let parsed = Parser::parse_sql(&GenericDialect {}, &numbered)
        .or_else(|_| Parser::parse_sql(&GenericDialect {}, &number_holes(start, "hole_")));
    let mut reader = Reader { bound: 0 };
    parsed.unwrap_or_default().iter().filter_map(|ast| reader.statement(ast)).collect()
}

/// The beginning and the end of a transaction.
fn boundary(word: &str, text: &str) -> Option<Statement> {
    let does = match word {
        "BEGIN" | "START" => Does::BeginSelf,
        "COMMIT" | "ROLLBACK" | "END" => Does::End,
        _ => return None,
    };
    let upper = text.to_ascii_uppercase();
    let mut statement = Statement::new(does, String::new());
    statement.serializable = ["SERIALIZABLE", "IMMEDIATE", "EXCLUSIVE"].iter().any(|word| upper.contains(word));
    Some(statement)
}

/// Holes of a template become numbered placeholders.
fn number_holes(text: &str, prefix: &str) -> String {
    let (mut out, mut hole) = (String::with_capacity(text.len()), 0);
    let mut rest = text;
    while let Some(at) = rest.find("${}") {
        hole += 1;
        out.push_str(&rest[..at]);
        out.push_str(&format!("{prefix}{hole}"));
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}

struct Reader {
    /// How many unnumbered placeholders were met.
    bound: usize,
}

impl Statement {
    fn new(does: Does, table: String) -> Statement {
        Statement {
            does,
            table,
            keys: Vec::new(),
            data: Vec::new(),
            selects: Vec::new(),
            locks: false,
            ignores: false,
            guarded: false,
            returning: false,
            serializable: false,
        }
    }
}

impl Reader {
    fn statement(&mut self, ast: &Ast) -> Option<Statement> {
        match ast {
            Ast::Query(query) => self.query(query),
            Ast::Insert(insert) => {
                let TableObject::TableName(name) = &insert.table else { return None };
                let mut made = Statement::new(Does::Insert, table(name));
                let columns: Vec<String> = insert.columns.iter().map(table).collect();
                if let Some(source) = &insert.source {
                    match source.body.as_ref() {
                        SetExpr::Values(values) => {
                            for row in &values.rows {
                                for (at, expr) in row.iter().enumerate() {
                                    let column = columns.get(at).cloned().unwrap_or_default();
                                    let operand = self.operand(expr);
                                    made.data.push((column, operand));
                                }
                            }
                        }
                        _ => made.guarded = true,
                    }
                }
                self.assignments(&insert.assignments, &mut made);
                made.returning = insert.returning.is_some();
                made.ignores = insert.ignore || insert.or.as_ref().is_some_and(|or| or.to_string().contains("IGNORE"));
                if insert.replace_into || insert.or.as_ref().is_some_and(|or| or.to_string().contains("REPLACE")) {
                    made.does = Does::Upsert;
                }
                match &insert.on {
                    Some(OnInsert::DuplicateKeyUpdate(_)) => made.does = Does::Upsert,
                    Some(OnInsert::OnConflict(on)) => match on.action {
                        OnConflictAction::DoNothing => made.ignores = true,
                        OnConflictAction::DoUpdate(_) => made.does = Does::Upsert,
                    },
                    _ => {}
                }
                Some(made)
            }
            Ast::Update(update) => {
                let mut made = Statement::new(Does::Update, self.first(std::slice::from_ref(&update.table))?);
                self.assignments(&update.assignments, &mut made);
                self.keys(update.selection.as_ref(), &mut made);
                Some(made)
            }
            Ast::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                let mut made = Statement::new(Does::Delete, self.first(from)?);
                self.keys(delete.selection.as_ref(), &mut made);
                Some(made)
            }
            _ => None,
        }
    }

    fn query(&mut self, query: &Query) -> Option<Statement> {
        match query.body.as_ref() {
            SetExpr::Select(select) => {
                let mut made = Statement::new(Does::Read, self.first(&select.from)?);
                let counts = |item: &SelectItem| {
                    let text = item.to_string().to_ascii_lowercase();
                    text.starts_with("count(") || text.starts_with("exists") || text == "1"
                };
                if select.projection.first().is_some_and(counts) {
                    made.does = Does::Count;
                }
                made.selects = select
                    .projection
                    .iter()
                    .filter_map(|item| match item {
                        SelectItem::UnnamedExpr(expr) => column(expr),
                        _ => None,
                    })
                    .collect();
                self.keys(select.selection.as_ref(), &mut made);
                made.locks = !query.locks.is_empty();
                Some(made)
            }
            // A change inside a `WITH` or a query: the whole is one statement.
            SetExpr::Insert(ast) | SetExpr::Update(ast) | SetExpr::Delete(ast) => self.statement(ast),
            _ => None,
        }
    }

    fn first(&self, from: &[TableWithJoins]) -> Option<String> {
        match &from.first()?.relation {
            TableFactor::Table { name, .. } => Some(table(name)),
            _ => None,
        }
    }

    fn assignments(&mut self, assignments: &[Assignment], made: &mut Statement) {
        for assignment in assignments {
            let AssignmentTarget::ColumnName(name) = &assignment.target else { continue };
            let name = table(name);
            let operand = match self.operand(&assignment.value) {
                Operand::Server if names(&assignment.value, &name) => Operand::Relative,
                operand => operand,
            };
            made.data.push((name, operand));
        }
    }

    fn keys(&mut self, selection: Option<&Expr>, made: &mut Statement) {
        match selection {
            Some(Expr::BinaryOp { left, op: BinaryOperator::And | BinaryOperator::Or, right }) => {
                self.keys(Some(left), made);
                self.keys(Some(right), made);
            }
            Some(Expr::Nested(inner)) => self.keys(Some(inner), made),
            Some(Expr::BinaryOp { left, right, .. }) => {
                if let Some(column) = column(left) {
                    let operand = self.operand(right);
                    made.keys.push((column, operand));
                } else if let Some(column) = column(right) {
                    let operand = self.operand(left);
                    made.keys.push((column, operand));
                }
            }
            Some(Expr::InList { expr, list, .. }) => {
                if let (Some(column), [only]) = (column(expr), list.as_slice()) {
                    let operand = self.operand(only);
                    made.keys.push((column, operand));
                }
            }
            Some(Expr::AnyOp { left, right, .. }) => {
                if let Some(column) = column(left) {
                    let operand = self.operand(right);
                    made.keys.push((column, operand));
                }
            }
            _ => {}
        }
    }

    fn operand(&mut self, expr: &Expr) -> Operand {
        match expr {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.operand(inner),
            Expr::Value(value) => match &value.value {
                Value::Placeholder(text) => {
                    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                    match digits.parse::<usize>() {
                        Ok(number) if number > 0 => Operand::Bound(number - 1),
                        _ => {
                            self.bound += 1;
                            Operand::Bound(self.bound - 1)
                        }
                    }
                }
                other => Operand::Const(other.to_string()),
            },
            other => {
                // The placeholders inside count on.
                let text = other.to_string();
                self.bound += text.matches('?').filter(|_| !text.contains("?1")).count();
                Operand::Server
            }
        }
    }
}

/// Does the expression name this column?
fn names(expr: &Expr, column: &str) -> bool {
    let text = expr.to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.eq_ignore_ascii_case(column))
}

fn column(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.clone()),
        Expr::Nested(inner) => column(inner),
        _ => None,
    }
}

/// The last part of a name.
fn table(name: &ObjectName) -> String {
    let text = name.to_string();
    text.rsplit('.').next().unwrap_or_default().trim_matches(['"', '`', '[', ']', '\'']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Does, Operand, read};

    #[test]
    fn tells_kind_table_and_keys() {
        let one = &read("UPDATE users SET n = $1, m = m + 1 WHERE id = $2 AND version = $3")[0];
        assert_eq!((one.does, one.table.as_str()), (Does::Update, "users"));
        assert_eq!(one.data, [("n".to_owned(), Operand::Bound(0)), ("m".to_owned(), Operand::Relative)]);
        assert_eq!(one.keys, [("id".to_owned(), Operand::Bound(1)), ("version".to_owned(), Operand::Bound(2))]);
        let one = &read("select * from a.cards where id = ? for update")[0];
        assert_eq!((one.does, one.table.as_str(), one.locks), (Does::Read, "cards", true));
        let one = &read("INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT DO NOTHING")[0];
        assert_eq!((one.does, one.ignores), (Does::Insert, true));
        assert_eq!(one.data[1], ("b".to_owned(), Operand::Bound(1)));
    }

    #[test]
    fn holes_are_placeholders_or_names() {
        assert_eq!(read("delete from t where id = ${}")[0].keys, [("id".to_owned(), Operand::Bound(0))]);
        assert_eq!(read("delete from ${} where id = 1")[0].table, "hole_1");
        assert!(read("${} of them").is_empty());
        assert!(read("update").is_empty());
    }

    #[test]
    fn counts_and_conflicts() {
        assert_eq!(read("SELECT COUNT(*) FROM t WHERE a = ?")[0].does, Does::Count);
        assert_eq!(read("INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE a = 1")[0].does, Does::Upsert);
        assert_eq!(read("INSERT OR REPLACE INTO t (a) VALUES (?)")[0].does, Does::Upsert);
        assert!(read("BEGIN IMMEDIATE")[0].serializable);
    }
}
