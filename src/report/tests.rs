//! What reports look like, on findings made by hand.

use super::{Format, Report, Style};
use crate::facts::Span;
use crate::finding::{Confidence, Draft, DraftStep, FileId, Severity, Spot, settle};
use crate::notes::{Kind, Notes, Skip};
use crate::selection::{Aside, Hidden, Why};
use crate::source::Sources;

const STORE: &str = "\
export class ModelStore {
  context?: LlamaContext;

  async initContext(model: Model) {
    await this.releaseContext();
    const ctx = await initLlama({ model: model.path, n_ctx: this.contextSize });
    this.context = ctx;
    return ctx;
  }
}
";

const HEADER: &str = "\
export function Header() {
  return <Picker onPick={model => modelStore.initContext(model)} />;
}
";

const LOCK: &str = "\
fn fetch(target: &Path, lock: &Path) -> io::Result<()> {
    if started.elapsed() > Duration::from_secs(300) {
        fs::remove_file(lock)?;
    }
    download(target)
}
";

/// The first place of `text` in a file.
fn spot(sources: &Sources, file: u32, text: &str) -> Spot {
    let id = FileId(file);
    let start = sources.file(id).text.find(text).expect("the text stands in the file") as u32;
    Spot { file: id, span: Span::new(start, start + text.len() as u32) }
}

fn step(lane: char, at: Spot, text: &str) -> DraftStep {
    DraftStep { lane, at, text: text.to_owned(), time: None }
}

fn draft(at: Spot, message: &str, witness: Vec<DraftStep>) -> Draft {
    Draft {
        violation: "overwritten resource",
        confidence: Confidence::Likely,
        at,
        scope: "ModelStore.initContext".to_owned(),
        message: message.to_owned(),
        help:
            "claim before the first await: `if (this.isInitializing) return null; this.isInitializing = true; try {…} \
               finally {…}`"
                .to_owned(),
        outcome: "B's context is live, A's has leaked: nobody holds it and nobody will release it".to_owned(),
        assumptions: vec!["two taps on the picker share this store".to_owned()],
        related: Vec::new(),
        fixes: Vec::new(),
        witness,
    }
}

fn sources() -> Sources {
    Sources::of(&[("src/components/Header.tsx", HEADER), ("src/store/ModelStore.ts", STORE), ("src/lock.rs", LOCK)])
}

fn store(sources: &Sources) -> Draft {
    let (tap, release) = (spot(sources, 0, "modelStore.initContext(model)"), spot(sources, 1, "await this.rel"));
    let act = spot(sources, 1, "this.context = ctx");
    let steps = vec![
        step('A', tap, "not awaited"),
        step('A', release, "A is suspended"),
        step('B', tap, "a second tap"),
        step('B', release, ""),
        step('A', act, "A's context is live"),
        step('B', act, "overwrites it: A's context leaks"),
    ];
    let message = "`initContext` can run twice at once: the second run releases what the first is still loading";
    let mut draft = draft(act, message, steps);
    draft.related.push((release, "both runs pass here before either has stored its context".to_owned()));
    draft.related.push((tap, "started here, and not awaited".to_owned()));
    draft
}

fn thief(sources: &Sources) -> Draft {
    let (test, remove) = (spot(sources, 2, "started.elapsed()"), spot(sources, 2, "fs::remove_file(lock)"));
    let download = spot(sources, 2, "download(target)");
    let at = |time: &str, step: DraftStep| DraftStep { time: Some(time.to_owned()), ..step };
    let steps = vec![
        at("T=0", step('A', download, "A holds the lock and writes on a slow line")),
        at("T=300s", step('B', test, "true: five minutes are over")),
        step('B', remove, "removes A's lock"),
        at("T=301s", step('C', download, "finds no lock")),
    ];
    let mut draft = draft(remove, "the lock of a live owner is removed after a time-out", steps);
    (draft.violation, draft.confidence, draft.assumptions) = ("two owners", Confidence::Certain, Vec::new());
    draft
}

fn report(drafts: Vec<(&'static str, Severity, Draft)>, sources: Sources) -> Report {
    let findings = settle(drafts, &sources, &mut |_| None);
    let mut notes = Notes::default();
    notes.add(Kind::Blanked, "src/a.ts", Some(3), "one statement could not be parsed");
    notes.skip(Skip::Declarations);
    Report {
        findings,
        aside: Vec::new(),
        hidden: Hidden { confidence: 2, ..Hidden::default() },
        gone: None,
        notes,
        sources,
        timings: crate::Timings::default(),
    }
}

fn both() -> Report {
    let sources = sources();
    let drafts = vec![
        ("reentrant-init", Severity::Error, store(&sources)),
        ("lock-timeout-steal", Severity::Error, thief(&sources)),
    ];
    report(drafts, sources)
}

fn text(report: &Report, format: Format, width: usize, colour: bool) -> String {
    let mut out = Vec::new();
    report.write(format, Style { colour, width }, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are text")
}

#[test]
fn a_hundred_columns() {
    insta::assert_snapshot!(text(&both(), Format::Text, 100, false));
}

#[test]
fn sixty_columns() {
    let text = text(&both(), Format::Text, 60, false);
    insta::assert_snapshot!(text);
}

#[test]
fn colours() {
    insta::assert_snapshot!(text(&both(), Format::Text, 100, true).replace('\u{1b}', "␛"));
}

#[test]
fn compact() {
    insta::assert_snapshot!(text(&both(), Format::Compact, 100, false));
}

#[test]
fn json() {
    insta::assert_snapshot!(text(&both(), Format::Json, 100, false));
}

/// Every other form, with one finding kept back.
#[test]
fn forms_for_programs() {
    let mut report = both();
    let aside = Aside { finding: report.findings[0].clone(), why: Why::Suppressed("one -- caller".to_owned()) };
    report.aside.push(aside);
    for (name, format, _) in Format::ALL.iter().skip(3) {
        let text = text(&report, *format, 100, false);
        // The rules of the driver change with every rule and are tested by themselves.
        let text = match text.find("\"rules\": [") {
            Some(at) => format!("{}…{}", &text[..at], &text[text.find("\n          ],").expect("the rules end")..]),
            None => text,
        };
        insta::assert_snapshot!(format!("form_{name}"), text);
    }
}

/// More than GitHub annotates.
#[test]
fn many_findings_are_grouped() {
    let sources = sources();
    let at = spot(&sources, 1, "this.context = ctx");
    let drafts = (0..12).map(|n| ("reentrant-init", Severity::Error, draft(at, &format!("number {n}"), Vec::new())));
    let text = text(&report(drafts.collect(), sources), Format::Github, 100, false);
    assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), 10);
    let rest: Vec<&str> = text.lines().skip(10).collect();
    assert_eq!(rest.first(), Some(&"::group::2 more that GitHub does not annotate"));
    assert_eq!(rest.iter().filter(|line| line.starts_with("- src/store/ModelStore.ts:7:5: error")).count(), 2);
}

/// Whatever a file or a function is called, it begins no command, tag, mark or line of its own.
#[test]
fn names_say_nothing_to_programs() {
    let path = "src/::error ]]><b>`|\n::set-env name=a::b %0A ##[add-path]x;]@user\u{1b}[2J.ts";
    let sources = Sources::of(&[(path, "run();\n")]);
    let at = spot(&sources, 0, "run()");
    let message = "`a` ``` </failure> \"quoted\" & ##vso[task.setvariable]b\n::error::c <img src=x> | [d](e)";
    let mut draft = draft(at, message, vec![step('A', at, "]]> ::f \n::g")]);
    draft.scope = "<i>".to_owned();
    let report = report(vec![("racy-lazy-init", Severity::Error, draft)], sources);
    for (name, format, _) in Format::ALL {
        let text = text(&report, *format, 100, false);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{name}: {text:?}");
        match format {
            Format::Json | Format::Sarif | Format::Gitlab | Format::Rdjson | Format::JsonLines => {
                let _: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            }
            Format::Junit | Format::Checkstyle => assert_eq!(tags(&text), tags(&xml_of_one(*format)), "{text}"),
            Format::Github => {
                assert_eq!(text.lines().count(), 1, "{text}");
                assert_eq!(text.split("::").nth(1).map(|head| head.matches([',', '=']).count()), Some(12), "{text}");
            }
            Format::Azure => {
                assert_eq!(text.lines().count(), 1, "{text}");
                assert_eq!(text.split(']').next().map(|head| head.matches(';').count()), Some(5), "{text}");
            }
            Format::Markdown => {
                let prose: Vec<&str> = text.lines().filter(|line| line.starts_with("| error")).collect();
                assert_eq!(prose.len(), 1, "{text}");
                assert!(!prose[0].contains("<img") && !prose[0].contains("</failure>"), "{text}");
                insta::assert_snapshot!("hostile_markdown", text);
            }
            Format::Text | Format::Compact => {}
        }
    }
}

fn xml_of_one(format: Format) -> String {
    let sources = sources();
    let at = spot(&sources, 1, "this.context = ctx");
    text(&report(vec![("a", Severity::Error, draft(at, "b", Vec::new()))], sources), format, 100, false)
}

/// The tags of a document that is well formed.
fn tags(text: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut tags = Vec::new();
    loop {
        match reader.read_event().expect("well formed") {
            quick_xml::events::Event::Eof => return tags,
            quick_xml::events::Event::Start(tag) => {
                let attributes =
                    tag.attributes().inspect(|attribute| assert!(attribute.is_ok(), "{attribute:?}")).count();
                tags.push(format!("{} {attributes}", tag.name().as_ref()));
            }
            quick_xml::events::Event::Empty(tag) => tags.push(tag.name().as_ref().to_owned()),
            _ => {}
        }
    }
}

#[test]
fn nothing_found() {
    insta::assert_snapshot!(text(&report(Vec::new(), sources()), Format::Text, 100, false));
}

/// A name, a message and a line of code that try to talk to the terminal.
#[test]
fn hostile_text_is_harmless() {
    let code = "const a\u{202e} = '\u{1b}]0;title\u{7}日本語';\n";
    let sources = Sources::of(&[("src/\u{1b}[2J.ts", code)]);
    let at = spot(&sources, 0, "日本語");
    let mut draft = draft(at, "a \u{1b}[31mred\u{1b}[0m name\u{9b}", vec![step('A', at, "wide\u{200f} characters")]);
    draft.help = "\u{1b}c".to_owned();
    let report = report(vec![("racy-lazy-init", Severity::Warn, draft)], sources);
    for format in [Format::Text, Format::Compact, Format::Json] {
        let text = text(&report, format, 100, false);
        let bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        let bad: Vec<char> = text.chars().filter(|c| bad(*c)).collect();
        assert!(bad.is_empty(), "{bad:?} in\n{text}");
        insta::assert_snapshot!(text);
    }
}

/// Fifty megabytes in one line: the excerpt is a piece of it.
#[test]
fn endless_lines_are_cut() {
    let code = format!("{}target(){}", "a;".repeat(1 << 20), "b;".repeat(1 << 20));
    let sources = Sources::of(&[("bundle.js", &code)]);
    let at = spot(&sources, 0, "target()");
    let first = spot(&sources, 0, "a;");
    let mut draft = draft(at, "found in a bundle", vec![step('A', at, "here")]);
    draft.related.push((first, "far away".to_owned()));
    let text = text(&report(vec![("racy-lazy-init", Severity::Error, draft)], sources), Format::Text, 100, false);
    insta::assert_snapshot!(text);
}

/// Where two runs of one function stand in one line again and again, the line is said once.
#[test]
fn a_line_is_said_once() {
    let sources = sources();
    let (release, act) = (spot(&sources, 1, "await this.rel"), spot(&sources, 1, "this.context = ctx"));
    let steps = vec![
        step('A', release, "reads `this.context`"),
        step('A', release, "is suspended"),
        step('B', release, "is suspended"),
        step('B', act, "writes `this.context`"),
        step('A', act, "writes `this.context`"),
    ];
    let drafts = vec![("reentrant-init", Severity::Warn, draft(act, "twice", steps))];
    insta::assert_snapshot!(text(&report(drafts, sources), Format::Text, 80, false));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    /// Whatever the text and wherever the spans: every form is written.
    #[test]
    fn any_spans_of_any_text(code in "[a-c (日é\u{1b}\t\r\n]{0,200}", spans in proptest::collection::vec((0..700u32, 0..60u32), 1..6), width in 10..160usize) {
        let sources = Sources::of(&[("a.ts", &code)]);
        let spots: Vec<Spot> =
            spans.iter().map(|(start, length)| Spot { file: FileId(0), span: Span::new(*start, start + length) }).collect();
        let steps = spots.iter().zip("ABAAB".chars()).map(|(at, lane)| step(lane, *at, "and so on")).collect();
        let mut draft = draft(spots[0], "a message", steps);
        draft.related = spots[1..].iter().map(|at| (*at, "rests on this".to_owned())).collect();
        let report = report(vec![("racy-lazy-init", Severity::Error, draft)], sources);
        for (_, format, _) in Format::ALL {
            let text = text(&report, *format, width, false);
            let hostile = text.chars().any(|c| c.is_control() && c != '\n');
            proptest::prop_assert!(!hostile, "{}", text);
        }
    }
}
