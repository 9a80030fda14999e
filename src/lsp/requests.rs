//! Requests: what a client can ask, and the answers, once what is asked about has been checked.

use std::path::PathBuf;

use gen_lsp_types as lsp;
use lsp::Request as _;
use lsp_server::{ErrorCode, ResponseError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::{ADD_TO_BASELINE, Client, Settings};
use super::places::{Places, path_of};
use super::{actions, hover, lens};
use crate::baseline::{self, Baseline};
use crate::facts::Span;
use crate::finding::{FileId, Finding};
use crate::report::schedule;
use crate::session::Checked;

/// Something asked about one file.
pub(super) enum Ask {
    Hover(lsp::Position),
    Actions(lsp::Range, Option<Vec<lsp::CodeActionKind>>),
    Resolve(Box<lsp::CodeAction>),
    Lenses,
    Hints(lsp::Range),
    Diagnostics(Option<String>),
    /// The schedule of a finding, to be drawn by the client.
    Schedule(String),
    /// Write a finding into the baseline.
    Baseline(String),
}

/// What the client names a finding by.
#[derive(Debug, Serialize, Deserialize)]
struct Named {
    uri: lsp::Uri,
    fingerprint: String,
}

/// The request for a schedule; no other server knows it.
const SCHEDULE: &str = "racelint/schedule";

/// What is asked about which file; `None` for a method that is not known.
pub(super) fn read(method: &str, params: Value) -> Option<Result<(lsp::Uri, Ask), ResponseError>> {
    let read = match method {
        name if name == lsp::HoverRequest::METHOD.as_str() => typed(params).map(|params: lsp::HoverParams| {
            let at = params.text_document_position_params;
            (at.text_document.uri, Ask::Hover(at.position))
        }),
        name if name == lsp::CodeActionRequest::METHOD.as_str() => {
            typed(params).map(|params: lsp::CodeActionParams| {
                (params.text_document.uri, Ask::Actions(params.range, params.context.only))
            })
        }
        name if name == lsp::CodeActionResolveRequest::METHOD.as_str() => typed(params).and_then(resolve),
        name if name == lsp::CodeLensRequest::METHOD.as_str() => {
            typed(params).map(|params: lsp::CodeLensParams| (params.text_document.uri, Ask::Lenses))
        }
        name if name == lsp::InlayHintRequest::METHOD.as_str() => {
            typed(params).map(|params: lsp::InlayHintParams| (params.text_document.uri, Ask::Hints(params.range)))
        }
        name if name == lsp::DocumentDiagnosticRequest::METHOD.as_str() => {
            typed(params).map(|params: lsp::DocumentDiagnosticParams| {
                (params.text_document.uri, Ask::Diagnostics(params.previous_result_id))
            })
        }
        name if name == lsp::ExecuteCommandRequest::METHOD.as_str() => typed(params).and_then(command),
        SCHEDULE => typed(params).map(|named: Named| (named.uri, Ask::Schedule(named.fingerprint))),
        _ => return None,
    };
    Some(read)
}

pub(super) fn typed<P: DeserializeOwned>(params: Value) -> Result<P, ResponseError> {
    serde_json::from_value(params).map_err(|error| refuse(ErrorCode::InvalidParams, error.to_string()))
}

pub(super) fn refuse(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError { code: code as i32, message: message.into(), data: None }
}

fn resolve(action: lsp::CodeAction) -> Result<(lsp::Uri, Ask), ResponseError> {
    let plan = actions::plan(&action).ok_or_else(|| refuse(ErrorCode::InvalidParams, "no action of racelint"))?;
    Ok((plan.uri, Ask::Resolve(Box::new(action))))
}

fn command(params: lsp::ExecuteCommandParams) -> Result<(lsp::Uri, Ask), ResponseError> {
    if params.command != ADD_TO_BASELINE {
        return Err(refuse(ErrorCode::InvalidParams, format!("there is no command `{}`", params.command)));
    }
    let first = params.arguments.and_then(|arguments| arguments.into_iter().next()).unwrap_or_default();
    typed(first).map(|named: Named| (named.uri, Ask::Baseline(named.fingerprint)))
}

/// What has been worked out, and who asks.
pub(super) struct Desk<'a> {
    pub(super) checked: &'a Checked,
    pub(super) places: Places<'a>,
    pub(super) client: Client,
    pub(super) settings: &'a Settings,
}

impl Desk<'_> {
    /// The answer to what is asked about a file; an empty one for a file that is no part of the program.
    pub(super) fn answer(&self, ask: &Ask, uri: &lsp::Uri) -> Result<Value, ResponseError> {
        let file = path_of(uri).and_then(|path: PathBuf| self.checked.report.sources.at(&path));
        let Some(file) = file else { return Ok(nothing(ask)) };
        let source = self.places.sources.file(file);
        let span = |range: &lsp::Range| {
            let start = self.places.encoding.offset(source, range.start);
            Span::new(start, self.places.encoding.offset(source, range.end).max(start))
        };
        match ask {
            Ask::Hover(position) => Ok(self.hover(file, *position)),
            Ask::Actions(range, wanted) => {
                let mut list = actions::actions(self.checked, file, span(range), wanted.as_deref(), &self.places);
                if !self.client.resolves_edits {
                    list.iter_mut().for_each(|action| self.resolve(action, file));
                }
                Ok(json!(list))
            }
            Ask::Resolve(action) => {
                let mut action = action.as_ref().clone();
                self.resolve(&mut action, file);
                Ok(json!(action))
            }
            Ask::Lenses if self.settings.code_lens => {
                Ok(json!(lens::lenses(self.checked, file, &self.places, self.client.shows_schedules)))
            }
            Ask::Hints(range) if self.settings.inlay_hints => {
                Ok(json!(lens::hints(self.checked, file, span(range), &self.places)))
            }
            Ask::Lenses | Ask::Hints(_) | Ask::Diagnostics(_) => Ok(nothing(ask)),
            Ask::Schedule(fingerprint) => self.finding(file, fingerprint).map(|finding| self.schedule(finding)),
            Ask::Baseline(fingerprint) => self.finding(file, fingerprint).and_then(|finding| self.baseline(finding)),
        }
    }

    fn finding(&self, file: FileId, fingerprint: &str) -> Result<&Finding, ResponseError> {
        let finding = actions::find(self.checked, file, fingerprint);
        finding.ok_or_else(|| refuse(ErrorCode::ContentModified, "the finding is gone"))
    }

    fn hover(&self, file: FileId, position: lsp::Position) -> Value {
        let source = self.places.sources.file(file);
        let offset = self.places.encoding.offset(source, position);
        let Some((value, span)) = hover::hover(self.checked, file, offset) else { return Value::Null };
        let contents = lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value };
        let range = span.map(|span| self.places.encoding.range(source, source.range(span)));
        json!(lsp::Hover { contents: contents.into(), range })
    }

    fn resolve(&self, action: &mut lsp::CodeAction, file: FileId) {
        if let Some(plan) = actions::plan(action) {
            action.edit = actions::edit(&plan, self.checked, file, &self.places);
        }
    }

    fn schedule(&self, finding: &Finding) -> Value {
        const WIDTH: usize = 120;
        let steps = finding.witness.iter().map(|step| {
            let location = self.places.location(step.file, step.span);
            let file = self.places.sources.file(step.file);
            let code = file.text[file.line(step.line)].trim();
            json!({
                "lane": step.lane, "text": step.text, "time": step.time, "code": code,
                "path": step.path, "line": step.line, "location": location,
            })
        });
        json!({
            "rule": finding.rule, "violation": finding.violation, "message": finding.message,
            "outcome": finding.outcome, "help": finding.help, "assumptions": finding.assumptions,
            "confidence": finding.confidence, "url": finding.url,
            "steps": steps.collect::<Vec<_>>(),
            "drawn": schedule(finding, self.places.sources, WIDTH).join("\n"),
        })
    }

    /// Writes the file, as `racelint baseline` would for this one finding.
    fn baseline(&self, finding: &Finding) -> Result<Value, ResponseError> {
        let failed = |message: String| refuse(ErrorCode::RequestFailed, message);
        let sources = self.places.sources;
        let root = sources.root();
        let known = Baseline::load(root, &baseline::Choice::Root).map_err(failed)?;
        let one = Baseline::of(std::slice::from_ref(finding), sources);
        let all = known.map_or_else(|| one.clone(), |known| known.with(one.clone()));
        all.save(root).map_err(failed)?;
        Ok(Value::Null)
    }
}

/// The answer about a file of which nothing is known.
pub(super) fn nothing(ask: &Ask) -> Value {
    match ask {
        Ask::Hover(_) | Ask::Schedule(_) | Ask::Baseline(_) => Value::Null,
        Ask::Actions(..) | Ask::Lenses | Ask::Hints(_) => json!([]),
        Ask::Resolve(action) => json!(action),
        Ask::Diagnostics(_) => json!({ "kind": "full", "items": [] }),
    }
}
