//! Suppress: findings that the code itself says are none, with the reason. Must never know a parser or an output.
//!
//! A comment says `racelint: allow(rule) -- reason`; what it covers depends on where it stands. Whatever is wrong with a
//! suppression, or useless about it, is said as a warning at the comment.

mod parse;
pub mod write;

use std::collections::BTreeSet;

use crate::facts::Span;
use crate::finding::{self, Confidence, Draft, FileId, Finding, Severity, Spot};
use crate::lower::remarks::Remark;
use crate::source::{SourceFile, Sources};
use parse::{Form, Request};

/// The warning about a suppression that says something wrong.
pub const BAD: &str = "bad-suppression";

/// The warning about a suppression without a finding.
pub const UNUSED: &str = "unused-suppression";

/// What both are about.
pub const PAGE: &str = include_str!("../../docs/suppressions.md");

/// The suppressions of all files, and which of them were needed.
#[derive(Default, Debug)]
pub struct Suppressions {
    list: Vec<Suppression>,
    faults: Vec<(Spot, String)>,
}

#[derive(Debug)]
struct Suppression {
    at: Spot,
    covers: Cover,
    rules: Vec<&'static str>,
    reason: String,
    used: BTreeSet<&'static str>,
}

#[derive(Clone, Copy, Debug)]
enum Cover {
    /// The finding begins in here.
    Code(Span),
    /// The finding begins or ends on this line.
    Line(u32),
}

impl Suppressions {
    /// Reads the remarks of each file.
    pub fn read<'r>(remarks: impl IntoIterator<Item = (FileId, &'r [Remark])>, sources: &Sources) -> Suppressions {
        let mut all = Suppressions::default();
        for (file, remarks) in remarks {
            all.read_file(file, remarks, sources.file(file));
        }
        all
    }

    fn read_file(&mut self, file: FileId, remarks: &[Remark], source: &SourceFile) {
        let mut open: Vec<usize> = Vec::new();
        for remark in remarks {
            let at = Spot { file, span: remark.span };
            let request = match parse::parse(&remark.text) {
                Ok(request) => request,
                Err(fault) => {
                    self.faults.push((at, fault));
                    continue;
                }
            };
            let Request { form, rules, reason, faults } = request;
            self.faults.extend(faults.into_iter().map(|fault| (at, fault)));
            if form == Form::End {
                self.end(at, &rules, &mut open);
                continue;
            }
            match cover(form, remark, source) {
                Ok(covers) if !rules.is_empty() => {
                    if form == Form::Start {
                        open.push(self.list.len());
                    }
                    self.list.push(Suppression { at, covers, rules, reason, used: BTreeSet::new() });
                }
                Ok(_) => {}
                Err(fault) => self.faults.push((at, fault.to_owned())),
            }
        }
        for index in open {
            let fault = "no `allow-end` of the same rules follows: it counts to the end of the file";
            self.faults.push((self.list[index].at, fault.to_owned()));
        }
    }

    /// Ends the last open `allow-start` of the same rules.
    fn end(&mut self, at: Spot, rules: &[&'static str], open: &mut Vec<usize>) {
        let same = |index: &usize| {
            let started = &self.list[*index].rules;
            started.len() == rules.len() && rules.iter().all(|rule| started.contains(rule))
        };
        match open.iter().rposition(same) {
            Some(last) => {
                let begun = &mut self.list[open.remove(last)];
                begun.covers = Cover::Code(Span::new(begun.at.span.end, at.span.start));
            }
            None if rules.is_empty() => {}
            None => self.faults.push((at, "no `allow-start` of the same rules stands before it".to_owned())),
        }
    }

    /// The reason to keep a finding back, if the code gives one.
    pub fn reason(&mut self, finding: &Finding, sources: &Sources) -> Option<String> {
        let offset = sources.file(finding.file).offset(finding.span.start) as u32;
        let mut reason = None;
        for suppression in self.list.iter_mut().filter(|suppression| suppression.at.file == finding.file) {
            let covered = match suppression.covers {
                Cover::Code(code) => code.start <= offset && offset < code.end,
                Cover::Line(line) => finding.span.start.line == line || finding.span.end.line == line,
            };
            if covered && suppression.rules.contains(&finding.rule) {
                suppression.used.insert(finding.rule);
                reason.get_or_insert_with(|| suppression.reason.clone());
            }
        }
        reason
    }

    /// What is to be said about the suppressions themselves. `ran`: could the rule have found something in the file?
    pub fn complaints(self, ran: impl Fn(&str, &SourceFile) -> bool, sources: &Sources) -> Vec<Finding> {
        let mut drafts: Vec<(&'static str, Severity, Draft)> = Vec::new();
        for (at, fault) in self.faults {
            drafts.push((
                BAD,
                Severity::Warn,
                draft(at, "bad suppression", fault, "say which rule and why, or take it out"),
            ));
        }
        for suppression in self.list {
            let file = sources.file(suppression.at.file);
            let idle = |rule: &&&str| !suppression.used.contains(**rule) && ran(rule, file);
            let idle: Vec<String> = suppression.rules.iter().filter(idle).map(|rule| format!("`{rule}`")).collect();
            if !idle.is_empty() {
                let message =
                    format!("nothing is suppressed here: {} finds nothing in what this covers", idle.join(", "));
                drafts.push((
                    UNUSED,
                    Severity::Warn,
                    draft(suppression.at, "unused suppression", message, "take it out"),
                ));
            }
        }
        let mut findings = finding::settle(drafts, sources, &mut |_| None);
        for finding in &mut findings {
            finding.url = finding::page("docs/suppressions.md");
        }
        findings
    }
}

fn cover(form: Form, remark: &Remark, source: &SourceFile) -> Result<Cover, &'static str> {
    match form {
        Form::Here if remark.behind_code => Ok(Cover::Line(source.position(remark.span.start).line)),
        Form::Here => remark.next.map(Cover::Code).ok_or("no statement follows that it could be about"),
        Form::Start => Ok(Cover::Code(Span::new(remark.span.end, u32::MAX))),
        Form::File if remark.on_top => Ok(Cover::Code(Span::new(0, u32::MAX))),
        Form::File => Err("`allow-file` counts only before the first statement"),
        Form::End => Err("an end covers nothing"),
    }
}

fn draft(at: Spot, violation: &'static str, message: String, help: &str) -> Draft {
    Draft {
        violation,
        confidence: Confidence::Certain,
        at,
        scope: String::new(),
        message,
        help: help.to_owned(),
        outcome: String::new(),
        assumptions: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
        witness: Vec::new(),
    }
}
