//! Rows with a version: insert-or-update, and update-if-unchanged.
//!
//! A table for these has `id INTEGER PRIMARY KEY` and
//! `version INTEGER NOT NULL` beside its own columns.

use super::StoreError;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params_from_iter};
use std::collections::BTreeMap;

/// A row as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What [`update_versioned`] compares.
    pub version: i64,
    /// All columns by name.
    pub values: BTreeMap<String, Value>,
}

impl Row {
    /// Reads a row.
    pub fn get(tx: &Transaction<'_>, table: &str, id: i64) -> Result<Self, StoreError> {
        let mut query = tx.prepare_cached(&format!("SELECT * FROM {} WHERE id = ?1", name(table)?))?;
        let names: Vec<String> = query.column_names().map(str::to_owned).collect();
        let read = query.query_row([id], |row| {
            let value = |at| row.get::<usize, Value>(at);
            let values: Result<Vec<Value>, _> = (0..names.len()).map(value).collect();
            Ok((row.get("version")?, values?))
        });
        let Some((version, values)) = read.optional()? else {
            return Err(StoreError::Conflict { current: None });
        };
        Ok(Row { version, values: names.iter().cloned().zip(values).collect() })
    }

    /// A column that holds a whole number.
    pub fn number(&self, column: &str) -> Option<i64> {
        match self.values.get(column) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }
}

// #region upsert
/// Inserts a row at version 1, or sets its columns and counts its version up, as one statement.
pub fn upsert(tx: &Transaction<'_>, table: &str, id: i64, values: &[(&str, Value)]) -> Result<i64, StoreError> {
    let mut columns = String::from("id, version");
    let mut marks = String::from("?1, 1");
    let mut sets = String::from("version = version + 1");
    for (at, (column, _)) in values.iter().enumerate() {
        let column = name(column)?;
        columns += &format!(", {column}");
        marks += &format!(", ?{}", at + 2);
        sets += &format!(", {column} = excluded.{column}");
    }
    let sql = format!(
        "INSERT INTO {} ({columns}) VALUES ({marks}) \
         ON CONFLICT (id) DO UPDATE SET {sets} RETURNING version",
        name(table)?
    );
    let given = std::iter::once(Value::Integer(id)).chain(values.iter().map(|v| v.1.clone()));
    let mut statement = tx.prepare_cached(&sql)?;
    Ok(statement.query_row(params_from_iter(given), |row| row.get(0))?)
}
// #endregion upsert

// #region version
/// Sets columns if the row is still at `version`; gives the new version.
pub fn update_versioned(
    tx: &Transaction<'_>,
    table: &str,
    id: i64,
    version: i64,
    values: &[(&str, Value)],
) -> Result<i64, StoreError> {
    let table = name(table)?;
    let mut sets = String::from("version = version + 1");
    for (at, (column, _)) in values.iter().enumerate() {
        sets += &format!(", {} = ?{}", name(column)?, at + 3);
    }
    let sql = format!("UPDATE {table} SET {sets} WHERE id = ?1 AND version = ?2");
    let head = [Value::Integer(id), Value::Integer(version)];
    let given = head.into_iter().chain(values.iter().map(|v| v.1.clone()));
    let changed = tx.prepare_cached(&sql)?.execute(params_from_iter(given))?;
    // The number of rows is the verdict: none means that somebody was faster.
    if changed == 1 {
        return Ok(version + 1);
    }
    let query = format!("SELECT version FROM {table} WHERE id = ?1");
    let current = tx.query_row(&query, [id], |row| row.get(0)).optional()?;
    Err(StoreError::Conflict { current })
}
// #endregion version

/// The name, if it needs no quoting.
fn name(text: &str) -> Result<&str, StoreError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let first = text.as_bytes().first();
    if first.is_some_and(|b| !b.is_ascii_digit()) && text.bytes().all(plain) {
        Ok(text)
    } else {
        Err(StoreError::Name(text.to_owned()))
    }
}
