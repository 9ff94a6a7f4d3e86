// Every route in every state, dark and light, desktop and phone: rules of accessibility, no sideways scrolling, the other
// tasks by keyboard; and pictures of all of it for people to look at. The server here makes its answers up.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible, assertNoSideways, builtPage, desktop, launch, phone, tabTo, untilTrue, watched } from "./browser.mjs";
import { fakeServer } from "./fake_server.mjs";

const pictures = process.env.RAMP_SCREENSHOTS;
let browser, server;
before(async () => {
  mkdirSync(pictures, { recursive: true });
  [browser, server] = await Promise.all([launch(), fakeServer(builtPage, { points: 300, rate: 10 })]);
});
after(async () => { await browser?.close(); server?.close(); });

// A route, how to bring it into a state, and the name of that state.
const states = [
  { route: "", name: "play", ready: ".diagnosis .heal" },
  { route: "", name: "play-unit", ready: ".unit", act: async (page) => {
    await page.getByRole("button", { name: /^Layer 1, unit 5/ }).click();
    await page.getByLabel("regions by gates").check();
    await page.getByLabel("layer 1", { exact: true }).check();
    await page.locator(".unit-panel").waitFor();
  } },
  { route: "", name: "play-two-runs", ready: ".unit", act: async (page) => {
    await page.getByRole("button", { name: "Two runs" }).click();
    await page.locator("[data-figure=b-epoch]").waitFor();
  } },
  { route: "", name: "play-seeds", ready: ".unit", act: async (page) => {
    await page.getByRole("button", { name: "Train 50 seeds" }).click();
    await page.locator(".shares", { hasText: "of 50 runs" }).waitFor();
  } },
  { route: "", name: "play-drawing", ready: ".unit", act: async (page) => {
    await page.getByLabel("Set").selectOption({ label: "draw points \u2026" });
    await page.locator(".draw").waitFor();
  } },
  { route: "", name: "play-own-table", ready: ".unit", act: async (page) => {
    await page.getByLabel("Set").selectOption({ label: "own table (CSV) \u2026" });
    await page.getByText("More knobs").click();
    await page.getByText("Read the plane by keys").click();
  } },
  { route: "#/family", name: "family", ready: ".activation-card", act: async (page) => {
    await page.getByRole("button", { name: "Measure" }).click();
    await page.locator("table caption").waitFor();
  } },
  { route: "#/lab", name: "lab", ready: ".experiment", act: async (page) => {
    await page.getByRole("button", { name: "Run dying" }).click();
    await page.locator(".verdict-badge").waitFor();
  } },
  { route: "#/quiz", name: "quiz", ready: ".question" },
  { route: "#/quiz", name: "quiz-marked", ready: ".question", act: async (page) => {
    await page.getByLabel("Yes").check();
    await page.getByLabel("Clipping gradients").check();
    await page.getByLabel("more than 40").check();
    await page.getByRole("button", { name: "Run it" }).click();
    await page.getByText("47 of 50 runs").waitFor();
    await page.getByRole("button", { name: "Mark my answers" }).click();
    await page.locator(".score").waitFor();
    await page.getByLabel("4 of 5").check();
  } },
  { route: "#/runs", name: "runs", ready: "table", act: async (page) => {
    await page.getByLabel("Show run r0f3a").check();
    await page.getByLabel("Show run r1f3a").check();
    await page.locator(".chart").first().waitFor();
  } },
  { route: "#/model", name: "model", ready: ".unit" },
  { route: "#/nowhere", name: "nowhere", ready: ".waiting a" },
];

for (const scheme of ["light", "dark"]) {
  for (const [device, viewport] of [["desktop", desktop], ["phone", phone]]) {
    for (const { route, name, ready, act } of states) {
      test(`${name} is for everybody, ${scheme}, ${device}`, async () => {
        const { context, complaints } = await watched(browser, { viewport, colorScheme: scheme, reducedMotion: "reduce", hasTouch: device === "phone" });
        const page = await context.newPage();
        await page.goto(`${server.origin}/${route}`);
        await page.locator(ready).first().waitFor();
        if (act) await act(page);
        await assertNoSideways(page, name);
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await page.evaluate(() => window.scrollTo(0, 0));
        await page.screenshot({ path: join(pictures, `${name}-${device}-${scheme}.png`), fullPage: true });
        await assertAccessible(page, name);
        await context.close();
        assert.deepEqual(complaints, []);
      });
    }
  }
}

test("the parts are reached and a quiz is done by keys alone", async () => {
  const { context, complaints } = await watched(browser);
  const page = await context.newPage();
  await page.goto(`${server.origin}/`);
  await tabTo(page, page.getByRole("link", { name: "Quiz" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Yes"));
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getByLabel("No, not for positive inputs").isChecked());
  await tabTo(page, page.getByLabel("Clipping gradients"));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "Mark my answers" }));
  await page.keyboard.press("Enter");
  await untilTrue(page, () => document.activeElement?.classList.contains("result"), null, "the result has the focus");
  assert.match(await page.locator(".score").innerText(), /of 3/);
  assert.ok(await page.locator(".badge.right").count() > 0 && await page.locator(".badge.missed").count() > 0, "right and wrong are said by words");
  await tabTo(page, page.getByRole("link", { name: "Lab" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Run dying" }));
  await page.keyboard.press("Enter");
  await page.locator(".verdict-badge", { hasText: "holds" }).waitFor();
  await context.close();
  assert.deepEqual(complaints, []);
});

test("the switch of colours goes around, and is remembered", async () => {
  const { context, complaints } = await watched(browser, { colorScheme: "light" });
  const page = await context.newPage();
  await page.goto(`${server.origin}/#/quiz`);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: /^Colours/ }).click();
  await page.getByRole("button", { name: /^Colours: light/ }).click();
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.locator(".question").first().waitFor();
  assert.notEqual(await ground(), light);
  await context.close();
  assert.deepEqual(complaints, []);
});

test("scripts stay under 150 KB compressed", async () => {
  const { gzipSync } = await import("node:zlib");
  const { readFileSync } = await import("node:fs");
  const size = gzipSync(readFileSync(join(builtPage, "page.js"))).length;
  assert.ok(size < 150_000, `${size} bytes`);
});
