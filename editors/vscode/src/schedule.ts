// A schedule as a page: one column for each run, one row for each step. Knows nothing of the editor.

export interface Location {
  uri: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

export interface Step {
  lane: string;
  text: string;
  time?: string | null;
  code: string;
  path: string;
  line: number;
  location?: Location | null;
}

/** The answer to `racelint/schedule`. */
export interface Schedule {
  rule: string;
  violation: string;
  message: string;
  outcome: string;
  help: string;
  assumptions: string[];
  confidence: string;
  url: string;
  steps: Step[];
}

/** The page; every text of the code is escaped, and only the script with the nonce runs. */
export function page(schedule: Schedule, nonce: string): string {
  const lanes = [...new Set(schedule.steps.map((step) => step.lane))].sort();
  const head = lanes.map((lane) => `<th>${escape(lane)}</th>`).join("");
  const rows = schedule.steps.map((step, index) => row(step, index, lanes)).join("\n");
  const assumptions = schedule.assumptions.map((text) => `<p><b>if</b> ${escape(text)}</p>`).join("\n");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">
table { border-collapse: collapse; width: 100%; }
th { text-align: left; }
td { border-top: 1px solid var(--vscode-widget-border, #8884); padding: 0.4em 0.8em; vertical-align: top; width: ${Math.floor(100 / Math.max(1, lanes.length))}%; }
td.step { cursor: pointer; }
td.step:hover, td.step:focus { background: var(--vscode-list-hoverBackground); }
code { display: block; font-family: var(--vscode-editor-font-family); white-space: pre-wrap; }
.place { opacity: 0.7; font-size: 90%; }
</style>
<title>${escape(schedule.rule)}</title>
</head>
<body>
<h2>${escape(schedule.message)}</h2>
<table>
<thead><tr>${head}</tr></thead>
<tbody>
${rows}
</tbody>
</table>
<p><b>⇒</b> ${escape(schedule.outcome)}</p>
${assumptions}
<p><b>Instead:</b> ${escape(schedule.help)}</p>
<p class="place">${escape(schedule.violation)}, ${escape(schedule.confidence)}</p>
<script nonce="${nonce}">
const editor = acquireVsCodeApi();
for (const cell of document.querySelectorAll("td.step")) {
  const go = () => editor.postMessage(Number(cell.dataset.step));
  cell.addEventListener("click", go);
  cell.addEventListener("keydown", (event) => event.key === "Enter" && go());
}
</script>
</body>
</html>`;
}

function row(step: Step, index: number, lanes: string[]): string {
  const cells = lanes.map((lane) => {
    if (lane !== step.lane) {
      return "<td></td>";
    }
    const time = step.time ? `<b>${escape(step.time)}</b> ` : "";
    const place = `${escape(step.path)}:${step.line}`;
    return `<td class="step" tabindex="0" data-step="${index}">${time}<code>${escape(step.code)}</code>${escape(step.text)} <span class="place">${place}</span></td>`;
  });
  return `<tr>${cells.join("")}</tr>`;
}

export function escape(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (c) => names[c] ?? c);
}
