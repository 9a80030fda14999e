"""Takes the recipes of docs/ci.md apart, each into a file of its own, and the scripts out of action.yml."""

import pathlib
import re
import sys

import yaml

top, work = map(pathlib.Path, sys.argv[1:])
page = (top / "docs/ci.md").read_text()
recipes = {}
for section in re.split(r"^## ", page, flags=re.M)[1:]:
    block = re.search(r"^```\w+\n(.*?)^```$", section, flags=re.M | re.S)
    recipes[section.splitlines()[0]] = block[1] if block else ""


def write(name, text):
    (work / name).write_text(text)


def filled(text):
    return text.replace("<owner>", "owner").replace("<tag>", "v1").replace("<the address of this repository>", "https://a.example").replace("<a tag>", "v1.0.0")


job = yaml.safe_load(filled(recipes["GitHub"]))
write("workflow.yml", yaml.dump({"on": {"pull_request": {}}, "jobs": {"racelint": {"runs-on": "ubuntu-latest", **job}}}))
write("gitlab.yml", recipes["GitLab"])
write("azure.yml", yaml.dump({"steps": yaml.safe_load(recipes["Azure Pipelines"])}))
write("pre-commit.yml", filled(recipes["pre-commit"]))
write("lefthook.yml", recipes["lefthook"])
write("husky.sh", recipes["husky"])

action = yaml.safe_load((top / "action.yml").read_text())
inputs = set(action["inputs"])
named = set(re.findall(r"inputs\.([a-z-]+)", (top / "action.yml").read_text()))
assert inputs == named, f"inputs that are used and those that there are: {named ^ inputs}"
write("action.sh", "\n".join(step["run"] for step in action["runs"]["steps"] if "run" in step))
