// The page in a browser: no complaint on the console, nothing wider than the window, nothing that axe finds, and a large
// page opens quickly. `node look.mjs PAGE...` beside node_modules with puppeteer-core and axe-core; CHROMIUM names the
// browser, SHOTS a folder for pictures.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };
const OPEN_MILLIS = 2000;

const pages = process.argv.slice(2).map((page) => resolve(page));
const require = createRequire(resolve("node_modules/x.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
if (pages.length === 0) throw new Error("name the pages to look at");

const wrong = [];
const chromium = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
for (const path of pages) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const scheme of ["light", "dark"]) await look(path, size, viewport, scheme);
  }
}
await chromium.close();
wrong.forEach((line) => console.error(line));
console.log(`${pages.length} pages, ${wrong.length} faults`);
process.exitCode = wrong.length > 0 ? 1 : 0;

async function look(path, size, viewport, scheme) {
  const page = await chromium.newPage();
  const fault = (text) => wrong.push(`${basename(path)} (${size}, ${scheme}): ${text}`);
  page.on("console", (message) => message.type() === "error" && fault(message.text()));
  page.on("pageerror", (error) => fault(String(error)));
  page.on("request", (request) => request.url().startsWith("http") && fault(`it asks for ${request.url()}`));
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  let millis = Infinity;
  // The quickest of three: what else the machine does is not the page's doing.
  for (let round = 0; round < 3 && millis > OPEN_MILLIS / 2; round += 1) millis = Math.min(millis, await open(page, path));
  if (millis > OPEN_MILLIS) fault(`opens in ${millis} ms`);
  const findings = await page.$$eval(".finding", (all) => all.length);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) fault(`${wide} px wider than the window`);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${basename(path)}-${size}-${scheme}.png`, fullPage: findings < 50 });
  await filters(page, fault);
  if (findings < 50) {
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const violation of violations) {
      fault(`axe: ${violation.id}: ${violation.help} (${violation.nodes.length}: ${violation.nodes[0].html.slice(0, 160)})`);
    }
  }
  console.log(`${basename(path)} (${size}, ${scheme}): ${findings} findings, opened in ${millis} ms`);
  await page.close();
}

// How long it takes until the page is there and painted.
async function open(page, path) {
  const before = performance.now();
  await page.goto(pathToFileURL(path).href, { waitUntil: "load" });
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  return Math.round(performance.now() - before);
}

// Choosing a rule leaves its findings and no others.
async function filters(page, fault) {
  const rule = await page.$eval("select[name=rule]", (select) => select.options[1]?.value ?? "");
  if (!rule) return;
  await page.select("select[name=rule]", rule);
  await new Promise((done) => setTimeout(done, 300));
  const shown = await page.$$eval(".finding:not([hidden])", (all) => all.map((one) => one.dataset.rule));
  if (shown.length === 0 || shown.some((other) => other !== rule)) fault(`the filter for ${rule} shows ${shown}`);
  await page.select("select[name=rule]", "");
  await new Promise((done) => setTimeout(done, 300));
}
