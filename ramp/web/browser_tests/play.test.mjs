// The tasks of the first screen against the real server, by keyboard, and the numbers that it shows.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { epochOf, hash, launch, program, serve, tabTo, untilTrue, watched } from "./browser.mjs";

let browser, server, context, complaints, page;
before(async () => { [browser, server] = await Promise.all([launch(), serve()]); });
after(async () => { await browser?.close(); await server?.stop(); });
beforeEach(async () => {
  ({ context, complaints } = await watched(browser));
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  assert.deepEqual(complaints, []);
});

const open = async (state) => {
  await page.goto(server.address + (state ? hash(state) : ""));
  await page.locator(".transport .go").waitFor();
};
const settled = () => untilTrue(page, () => document.querySelector(".go")?.textContent.includes("Train"), null, "the training ended");
// Slow enough that nothing is over before it was looked at.
const slow = { pace: 10, a: { epochs: 20000 } };

test("the first screen moves, names the dead units, and has a cure one click away", async () => {
  await open();
  assert.equal(new URL(page.url()).search, "", "the token stays in the address");
  await page.locator(".diagnosis h2", { hasText: /units? (is|are) dead/ }).waitFor();
  const before = await epochOf(page);
  await untilTrue(page, (epoch) => Number(document.querySelector("[data-figure=a-epoch]").textContent.replace(/\D/g, "")) > epoch, before, "it moves");
  await page.locator(".diagnosis .heal").first().waitFor();
});

test("one click heals: where seven of sixteen units die, all live at a tenth of the rate", async () => {
  await open({ data: { set: "spirals arms 2, rows 400" }, seed: 11, pace: 30, a: { network: "dense 8, relu, dense 8, relu, dense", learning_rate: 1, batch: 10 } });
  await page.locator(".diagnosis h2", { hasText: /units are dead/ }).waitFor();
  await page.locator(".diagnosis .heal").first().click();
  await page.locator(".toast", { hasText: "Done:" }).waitFor();
  await page.locator(".diagnosis h2", { hasText: "All 16 units are alive" }).waitFor();
});

test("training is led by keys alone: pause, step, epoch, reset, train and undo", async () => {
  await open(slow);
  await untilTrue(page, () => Number(document.querySelector("[data-figure=a-epoch]").textContent) >= 2, null, "two epochs");
  await tabTo(page, page.getByRole("button", { name: "Pause" }));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Train", exact: true }).waitFor();
  const paused = await epochOf(page);
  await tabTo(page, page.getByRole("button", { name: "Epoch", exact: true }));
  await page.keyboard.press("Enter");
  await untilTrue(page, (epoch) => Number(document.querySelector("[data-figure=a-epoch]").textContent) === epoch + 1, paused, "one epoch more");
  await tabTo(page, page.getByRole("button", { name: "Reset" }));
  await page.keyboard.press("Enter");
  await untilTrue(page, () => Number(document.querySelector("[data-figure=a-epoch]").textContent) === 0, null, "epoch 0");
  await tabTo(page, page.getByRole("button", { name: "Undo" }).first());
  await page.keyboard.press("Enter");
  await untilTrue(page, (epoch) => Number(document.querySelector("[data-figure=a-epoch]").textContent) === epoch + 1, paused, "undone");
  await page.locator("body").click({ position: { x: 5, y: 880 } });
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Pause" }).waitFor();
});

test("data, network, activation and knobs are set by keys, and stand in the address", async () => {
  await open(slow);
  await tabTo(page, page.getByLabel("Set"));
  await page.keyboard.type("circ");
  await untilTrue(page, () => decodeURIComponent(location.hash).includes('"set":"circles"'), null, "circles in the address");
  await tabTo(page, page.getByRole("button", { name: "One unit more in part 1" }));
  await page.keyboard.press("Enter");
  await untilTrue(page, () => decodeURIComponent(location.hash).includes("dense 9, relu"), null, "nine units");
  await tabTo(page, page.getByLabel("Activation, part 2"));
  await page.keyboard.type("tanh");
  await untilTrue(page, () => decodeURIComponent(location.hash).includes("dense 9, tanh, dense 8"), null, "tanh in one layer alone");
  const rate = page.getByRole("spinbutton", { name: "learning rate" });
  await tabTo(page, rate);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("0.02");
  await page.keyboard.press("Enter");
  await untilTrue(page, () => decodeURIComponent(location.hash).includes('"learning_rate":0.02'), null, "the rate");
  await page.reload();
  await page.locator(".transport .go").waitFor();
  assert.equal(await rate.inputValue(), "0.02", "the address did not hold the state");
  assert.equal(await page.locator(".network .unit[data-layer='1']").count(), 9);
});

test("a network that means nothing is explained while it is typed", async () => {
  await open(slow);
  const text = page.getByLabel("as text").first();
  await text.fill("dense 8, rlu, dense");
  await page.locator(".network-editor .wrong", { hasText: /rlu/ }).waitFor();
  await text.fill("dense 4, relu, dense");
  await page.keyboard.press("Enter");
  await untilTrue(page, () => document.querySelectorAll(".network .unit").length === 4, null, "four units");
  // The browser itself notes that the server refused.
  assert.deepEqual(complaints.splice(0).filter((text) => !/status of 400/.test(text)), []);
});

test("a unit is chosen by keys; its weights can be changed, and its kink line is drawn", async () => {
  await open({ ...slow, a: { epochs: 3 }, pace: 0 });
  await settled();
  const unit = page.getByRole("button", { name: /^Layer 1, unit 3:/ });
  await tabTo(page, unit);
  await page.keyboard.press("Enter");
  const field = page.locator(".unit-panel").getByLabel("bias");
  await field.waitFor();
  assert.ok(decodeURIComponent(new URL(page.url()).hash).includes('"kinks":[[1,2]]'));
  await tabTo(page, field);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("-100");
  await page.keyboard.press("Enter");
  // Its gate cannot open any more.
  await page.getByRole("button", { name: /^Layer 1, unit 3:.*open for 0/ }).waitFor();
  await page.locator(".command", { hasText: /by hand/ }).waitFor();
});

test("two runs stand side by side from one seed", async () => {
  await open({ pace: 0, a: { epochs: 10 } });
  await settled();
  await tabTo(page, page.getByRole("button", { name: "Two runs" }));
  await page.keyboard.press("Enter");
  await untilTrue(page, () => ["a", "b"].every((run) => document.querySelector(`[data-figure=${run}-epoch]`)?.textContent === "10 finished"), null, "both end");
  await page.locator(".plane").nth(1).waitFor();
  const value = (run) => page.locator(`[data-figure=${run}-train-loss]`).getAttribute("data-value");
  assert.equal(await value("a"), await value("b"), "the same settings and seed gave other numbers");
});

test("rows that are pasted, and points that are drawn, become the data", async () => {
  await open(slow);
  await page.getByLabel("Set").selectOption({ label: "own table (CSV) \u2026" });
  const rows = Array.from({ length: 40 }, (_, i) => `${(i % 7) - 3},${(i % 5) - 2},${i % 2 ? "red" : "blue"}`);
  await page.getByPlaceholder("x1,x2,class").fill(`width,height,colour\n${rows.join("\n")}\n`);
  await page.getByRole("button", { name: "Use these rows" }).click();
  await page.locator(".panel", { hasText: "40 points, 2 classes: width, height" }).waitFor();
  await page.getByLabel("Set").selectOption({ label: "draw points \u2026" });
  await page.locator(".plane-box").click({ position: { x: 200, y: 120 } });
  await page.getByText("41 points").waitFor();
  await page.getByRole("button", { name: "Add point" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("42 points").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await page.locator(".panel", { hasText: "42 points, 2 classes: width, height" }).waitFor();
});

test("50 seeds give a distribution with an interval", async () => {
  await open({ a: { epochs: 20 }, pace: 0 });
  await settled();
  await page.getByLabel("20", { exact: true }).check();
  await page.getByRole("button", { name: /Train 20 seeds/ }).click();
  await page.locator(".shares", { hasText: /of 20 runs had a dead unit/ }).waitFor();
  assert.match(await page.locator(".seeds-result").innerText(), /95 % interval/);
});

test("the curves are read by keys", async () => {
  await open({ a: { epochs: 30 }, pace: 0 });
  await settled();
  const slider = page.getByLabel("Read the curves at epoch");
  await tabTo(page, slider);
  await page.keyboard.press("Home");
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
  await untilTrue(page, () => /epoch [56]: training loss/.test(document.querySelector(".place-slider input").getAttribute("aria-valuetext")), null, "epoch 5 is read");
});

test("?controls= leaves out what it does not name", async () => {
  await page.goto(`${server.address}&controls=train,remedies`);
  await page.locator(".transport .go").waitFor();
  assert.equal(await page.locator(".settings").count(), 0);
  assert.equal(await page.locator(".seeds").count(), 0);
  await page.locator(".diagnosis").waitFor();
});

test("the numbers on the screen are those of ramp train --json with the command that stands there", async () => {
  await open({ seed: 5, a: { epochs: 12, network: "dense 6, relu, dense", learning_rate: 0.3 }, pace: 0 });
  await settled();
  const line = await page.getByRole("textbox", { name: "Command" }).innerText();
  assert.match(line, /^ramp train /);
  const folder = mkdtempSync(join(tmpdir(), "ramp-same-"));
  writeFileSync(join(folder, "run.sh"), `${line} --json --quiet\n`);
  const said = execFileSync("bash", ["run.sh"], { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: `${dirname(program)}:${process.env.PATH}`, RAMP_HOME: folder } });
  const last = JSON.parse(said).epochs.at(-1);
  const shown = async (figure) => Number(await page.locator(`[data-figure=a-${figure}]`).getAttribute("data-value"));
  assert.equal(await shown("train-loss"), last.train_loss);
  assert.equal(await shown("valid-loss"), last.valid_loss);
  assert.equal(await epochOf(page), last.epoch);
});
