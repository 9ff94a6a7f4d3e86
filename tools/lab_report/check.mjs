// Opens a page of ramp lab --report in a browser, light and dark, wide and narrow, and asks axe what keeps people from
// reading it.
//
//   node check.mjs BROWSER PAGE
//
// Exit status 1 when the page asks for anything, is wider than the window, or violates a rule.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, path] = process.argv.slice(2);
const address = pathToFileURL(path).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const problems = [];

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    const name = `${colorScheme}, ${width} pixels`;
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    page.on("request", (request) => {
      if (request.url() !== address) problems.push(`${name}: asks for ${request.url()}`);
    });
    page.on("console", (message) => problems.push(`${name}: ${message.text()}`));
    await page.goto(address);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    if (wide) problems.push(`${name}: the page is wider than the window`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run());
    if (found.passes.length < 10) problems.push(`${name}: axe looked at ${found.passes.length} rules only`);
    for (const violation of found.violations) {
      problems.push(`${name}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 200)}`);
    }
    await page.close();
  }
}
await browser.close();
for (const problem of problems) console.log(problem);
process.exit(problems.length > 0 ? 1 : 0);
