//! XML: JUnit, for build pages that show tests, and Checkstyle, which nearly everything reads.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Report, clean, lines_of};
use crate::finding::{Finding, Severity};

type Out<'a> = Writer<&'a mut dyn Write>;

/// JUnit: a suite a file, a case a finding; errors are failures, the rest is output of cases that pass.
pub(super) fn junit(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = begin(out)?;
    let groups: Vec<&[Finding]> = report.findings.chunk_by(|a, b| a.path == b.path).collect();
    let failures = |findings: &[Finding]| {
        findings.iter().filter(|finding| finding.severity == Severity::Error).count().to_string()
    };
    let tests = report.findings.len().max(1).to_string();
    let all = [("name", "racelint"), ("tests", &tests), ("failures", &failures(&report.findings)), ("errors", "0")];
    writer.create_element("testsuites").with_attributes(all).write_inner_content(|writer| {
        if groups.is_empty() {
            let suite = [("name", "racelint"), ("tests", "1"), ("failures", "0"), ("errors", "0")];
            let case = |writer: &mut Out<'_>| {
                let case = [("name", "no race found"), ("classname", "racelint"), ("time", "0")];
                writer.create_element("testcase").with_attributes(case).write_empty().map(drop)
            };
            writer.create_element("testsuite").with_attributes(suite).write_inner_content(case)?;
        }
        for group in groups {
            let (name, tests) = (clean(&group[0].path), group.len().to_string());
            let suite = [("name", &*name), ("tests", &tests), ("failures", &failures(group)), ("errors", "0")];
            writer
                .create_element("testsuite")
                .with_attributes(suite)
                .write_inner_content(|writer| group.iter().try_for_each(|finding| case(writer, finding)))?;
        }
        Ok(())
    })?;
    end(writer)
}

fn case(writer: &mut Out<'_>, finding: &Finding) -> io::Result<()> {
    let (start, path) = (finding.span.start, clean(&finding.path));
    let name = format!("{} at {}:{}", finding.rule, start.line, start.column);
    let case = [("name", name.as_str()), ("classname", &path), ("time", "0")];
    let (message, text) = (clean(&finding.message), lines_of(finding).join("\n"));
    let text = BytesText::new(&text);
    writer.create_element("testcase").with_attributes(case).write_inner_content(|writer| {
        if finding.severity == Severity::Error {
            let failure = [("message", &*message), ("type", finding.rule)];
            writer.create_element("failure").with_attributes(failure).write_text_content(text)?;
        } else {
            writer.create_element("system-out").write_text_content(text)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Checkstyle: an error a finding, by file.
pub(super) fn checkstyle(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = begin(out)?;
    let files = |writer: &mut Out<'_>| {
        for group in report.findings.chunk_by(|a, b| a.path == b.path) {
            let name = clean(&group[0].path);
            writer
                .create_element("file")
                .with_attribute(("name", &*name))
                .write_inner_content(|writer| group.iter().try_for_each(|finding| error(writer, finding)))?;
        }
        Ok(())
    };
    writer.create_element("checkstyle").with_attribute(("version", "4.3")).write_inner_content(files)?;
    end(writer)
}

fn error(writer: &mut Out<'_>, finding: &Finding) -> io::Result<()> {
    let start = finding.span.start;
    let (line, column) = (start.line.to_string(), start.column.to_string());
    let message = format!("{} ({})", clean(&finding.message), finding.confidence);
    let (severity, source) = (finding.severity.to_string(), format!("racelint.{}", finding.rule));
    let error = [
        ("line", line.as_str()),
        ("column", &column),
        ("severity", &severity),
        ("message", &message),
        ("source", &source),
    ];
    writer.create_element("error").with_attributes(error).write_empty().map(drop)
}

fn begin(out: &mut dyn Write) -> io::Result<Out<'_>> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    Ok(writer)
}

fn end(writer: Out<'_>) -> io::Result<()> {
    writeln!(writer.into_inner())
}
