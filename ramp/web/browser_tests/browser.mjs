// What all browser tests share: the program, the browser, and pages that fail a test when anything goes wrong in them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const program = process.env.RAMP_PROGRAM, builtPage = process.env.RAMP_PAGE;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// A busy machine takes its time.
const kPatience = 60000;

export const desktop = { width: 1440, height: 900 }, phone = { width: 390, height: 844 };

// `ramp serve`, with a history of its own.
export async function serve(...options) {
  const home = mkdtempSync(join(tmpdir(), "ramp-browser-"));
  const child = spawn(program, ["serve", "--no-open", ...options], { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, RAMP_HOME: home, XDG_DATA_HOME: home } });
  const ended = new Promise((done) => child.once("exit", done));
  const address = await new Promise((found, failed) => {
    let said = "";
    child.stdout.on("data", (part) => {
      said += part;
      const address = /http:\S+/.exec(said);
      if (address) found(address[0]);
    });
    child.once("error", failed);
    child.once("exit", () => failed(new Error(`ramp serve ended: ${said}`)));
  });
  return {
    address, origin: new URL(address).origin, home,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

// What another terminal would do, with the same history: `said` resolves to what it printed, interrupted or not.
export function start(server, ...words) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"], cwd: server.home, env: { ...process.env, RAMP_HOME: server.home, XDG_DATA_HOME: server.home } });
  const said = new Promise((done, failed) => {
    let text = "";
    child.stdout.on("data", (part) => { text += part; });
    child.once("error", failed);
    child.once("close", (code) => (code === (child.killed ? 130 : 0) ? done(text) : failed(new Error(`ramp ${words.join(" ")} ended with ${code}`))));
  });
  return { said, interrupt: () => child.kill("SIGINT") };
}
export const ramp = (server, ...words) => start(server, ...words).said;

export const launch = () => chromium.launch({ executablePath: process.env.RAMP_CHROMIUM, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });

// A context whose pages may ask nobody but this machine. `complaints` is what went wrong; `allow` what may.
export async function watched(browser, options = {}) {
  const { allow = [], ...rest } = options;
  const context = await browser.newContext({ viewport: desktop, ...rest });
  context.setDefaultTimeout(kPatience);
  const complaints = [];
  const complain = (text) => { if (!allow.some((pattern) => pattern.test(text))) complaints.push(text); };
  await context.route((url) => !["127.0.0.1", "localhost", "[::1]"].includes(url.hostname), (route) => {
    complain(`asked another host: ${route.request().url()}`);
    return route.abort();
  });
  context.on("page", (page) => {
    page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") complain(`console: ${message.text()}`); });
    page.on("pageerror", (error) => complain(`error: ${error.stack ?? error.message}`));
  });
  return { context, complaints };
}

export async function assertAccessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }));
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any.concat(node.all).map((check) => check.message).join("; ")}`));
  assert.deepEqual(found, [], `${what} breaks a rule of accessibility`);
}

export async function assertNoSideways(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(over, 0, `${what} scrolls sideways`);
}

// Presses Tab until the element has the focus, as a person without a mouse does.
export async function tabTo(page, locator, most = 150) {
  await locator.waitFor({ state: "attached" });
  for (let pressed = 0; pressed < most; pressed++) {
    if (await locator.evaluate((element) => element === document.activeElement)) {
      const seen = await locator.evaluate((element) => {
        const ring = (one) => one && getComputedStyle(one).outlineStyle !== "none";
        return ring(element) || ring(element.nextElementSibling) || element.matches("input[type=range]");
      });
      assert.ok(seen, `the focus cannot be seen on ${locator}`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not come to ${locator}`);
}

export async function untilTrue(page, test, argument, what, timeout = kPatience) {
  await page.waitForFunction(test, argument, { timeout, polling: 50 }).catch(() => assert.fail(`never: ${what}`));
}

export const epochOf = async (page, run = "a") => Number((await page.locator(`[data-figure=${run}-epoch]`).innerText()).replace(/[^\d].*$/s, "").replace(/,/g, ""));
export const hash = (state) => "#" + encodeURIComponent(JSON.stringify(state));
