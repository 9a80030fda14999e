"""Reads every form of one report as its consumers do, and compares it with the JSON report."""

import json
import pathlib
import re
import sys

import jsonschema
from lxml import etree

work, schemas = map(pathlib.Path, sys.argv[1:])
report = json.loads((work / "json").read_text())
findings = report["findings"]
assert len(findings) > 80, len(findings)


def same(name, got, wanted):
    assert got == wanted, f"{name}: {[pair for pair in zip(got, wanted) if pair[0] != pair[1]][:2]} {len(got)} {len(wanted)}"
    print(f"{name}: {len(got)}")


def lines():
    return [(f["path"], f["span"]["start"]["line"], f["rule"]) for f in findings]


# JUnit: the schema of the plug-in that Jenkins reads it with.
schema = etree.XMLSchema(etree.parse(str(schemas / "junit-10.xsd")))
for name in ("junit.xml", "empty.xml"):
    document = etree.parse(str(work / name))
    schema.assertValid(document)
    for counted in document.iter("testsuite", "testsuites"):
        cases = list(counted.iter("testcase"))
        assert int(counted.get("tests")) == len(cases), name
        assert int(counted.get("failures")) == sum(case.find("failure") is not None for case in cases), name
cases = etree.parse(str(work / "junit.xml")).iter("testcase")
position = re.compile(r"^(\S+) at (\d+):\d+$")
same("JUnit", [(c.get("classname"), int(position.match(c.get("name"))[2]), position.match(c.get("name"))[1]) for c in cases], lines())

# Checkstyle: elements and attributes as its own XMLLogger writes them.
for name in ("checkstyle.xml", "none.xml"):
    root = etree.parse(str(work / name)).getroot()
    assert root.tag == "checkstyle" and root.get("version")
    for file in root:
        assert file.tag == "file" and set(file.attrib) == {"name"}
        for error in file:
            assert error.tag == "error" and error.get("severity") in ("info", "warning", "error"), error.attrib
            assert {"line", "severity", "message", "source"} <= set(error.attrib)
errors = etree.parse(str(work / "checkstyle.xml")).iter("error")
same("Checkstyle", [(e.getparent().get("name"), int(e.get("line")), e.get("source").removeprefix("racelint.")) for e in errors], lines())

# GitLab: what its documentation asks of a Code Quality report.
issue = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string"},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
            },
        },
    },
}
issues = json.loads((work / "gitlab.json").read_text())
jsonschema.validate(issues, {"type": "array", "items": issue})
assert len({issue["fingerprint"] for issue in issues}) == len(issues), "fingerprints are unique"
same("GitLab", [(i["location"]["path"], i["location"]["lines"]["begin"], i["check_name"]) for i in issues], lines())

# rdjson: the schema of reviewdog.
diagnostics = json.loads((work / "rdjson.json").read_text())
jsonschema.validate(diagnostics, json.loads((schemas / "rdjson.json").read_text()))
diagnostics = diagnostics["diagnostics"]
same("rdjson", [(d["location"]["path"], d["location"]["range"]["start"]["line"], d["code"]["value"]) for d in diagnostics], lines())
for diagnostic in diagnostics:
    text = (work / "code" / diagnostic["location"]["path"]).read_bytes().split(b"\n")
    for end in diagnostic["location"]["range"].values():
        assert 1 <= end["column"] <= len(text[end["line"] - 1]) + 1, diagnostic["location"]


# GitHub: what the runner makes of a line (ActionCommand.TryParseV2 and its unescaping).
def github(line):
    assert line.startswith("::"), line
    head, data = line[2:].split("::", 1)
    command, _, rest = head.partition(" ")
    properties = dict(part.split("=", 1) for part in rest.split(",") if part.strip())
    unescape = lambda text, more: [text := text.replace(code, char) for code, char in more][-1]
    common = [("%0D", "\r"), ("%0A", "\n")]
    values = {k: unescape(v, common + [("%3A", ":"), ("%2C", ","), ("%25", "%")]) for k, v in properties.items()}
    return command, values, unescape(data, common + [("%25", "%")])


levels = {"error": "error", "warn": "warning", "info": "notice"}
output = (work / "github.txt").read_text().splitlines()
begins = next(at for at, line in enumerate(output) if line.startswith("::group::"))
assert output[-1] == "::endgroup::"
commands = [github(line) for line in output[:begins]]
by_level = [f for severity in levels for f in findings if f["severity"] == severity]
# Ten of each kind are shown; the rest stands in the log, where no line is a command.
annotated = [f for severity in levels for f in [f for f in findings if f["severity"] == severity][:10]]
place = lambda f: (f["path"], f["span"]["start"]["line"])
same("GitHub", [(v["file"], int(v["line"]), c) for c, v, _ in commands], [(*place(f), levels[f["severity"]]) for f in annotated])
for (_, values, data), finding in zip(commands, annotated):
    assert data.splitlines()[0] == finding["message"] and int(values["endLine"]) >= int(values["line"]), data
    assert values["title"] == f"racelint: {finding['rule']}", values
rest = output[begins + 1 : -1]
assert not any(line.lstrip().startswith("::") or "##[" in line for line in rest)
left = [f for f in by_level if f not in annotated]
same("GitHub, in the log", [re.match(r"^- (.*):(\d+):\d+: ", line).groups() for line in rest], [(p, str(l)) for p, l in map(place, left)])


# Azure: what the agent makes of a line (Command.TryParse and its unescaping).
def azure(line):
    head, message = re.match(r"^##vso\[task\.logissue ([^\]]*)\](.*)$", line).groups()
    properties = dict(part.split("=", 1) for part in head.split(";") if part)
    for code, char in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
        message = message.replace(code, char)
        properties = {key: value.replace(code, char) for key, value in properties.items()}
    return properties, message


issues = [azure(line) for line in (work / "azure.txt").read_text().splitlines() if line.startswith("##vso[task.logissue")]
same("Azure", [(p["sourcepath"], int(p["linenumber"])) for p, _ in issues], [(f["path"], f["span"]["start"]["line"]) for f in findings])
assert all(p["type"] in ("error", "warning") for p, _ in issues)

# SARIF: every position stands in its file, and what is kept back is there with its reason.
run = json.loads((work / "sarif.sarif").read_text())["runs"][0]
shown = [result for result in run["results"] if not result["suppressions"]]
same("SARIF", [result["ruleId"] for result in shown], [finding["rule"] for finding in findings])
assert any(result["suppressions"] for result in run["results"])
assert any("fixes" in result for result in run["results"])
