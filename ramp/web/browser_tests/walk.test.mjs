// A walk through every part of the page on the real server: what it answers, against what the command line says of the
// same; and pictures of all of it.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible, assertNoSideways, desktop, launch, phone, ramp, serve, start, untilTrue, watched } from "./browser.mjs";

const pictures = process.env.RAMP_SCREENSHOTS;
let browser, server;
before(async () => {
  mkdirSync(pictures, { recursive: true });
  [browser, server] = await Promise.all([launch(), serve()]);
});
after(async () => { await browser?.close(); await server?.stop(); });

// Opens a part of a server, and fails when anything goes wrong in it.
async function visit(route, work, on = server) {
  const { context, complaints } = await watched(browser);
  const page = await context.newPage();
  await page.goto(`${on.address}#/${route}`);
  await work(page);
  await context.close();
  assert.deepEqual(complaints, []);
}

// Both colour schemes, on the desktop and on the phone.
async function look(page, name) {
  for (const [device, viewport] of [["desktop", desktop], ["phone", phone]]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.evaluate(() => window.scrollTo(0, 0));
      await page.screenshot({ path: join(pictures, `real-${name}-${device}-${colorScheme}.png`), fullPage: true });
    }
    await assertNoSideways(page, name);
    await assertAccessible(page, name);
  }
  await page.setViewportSize(desktop);
}

const valuesOf = (locator) => locator.evaluateAll((all) => all.map((one) => Number(one.dataset.value)));
const enough = (text, part) => assert.ok(text.includes(part), `"${part}" is not in: ${text}`);

test("the first screen, as it is", async () => {
  await visit("", async (page) => {
    await page.locator(".diagnosis h2", { hasText: "dead" }).waitFor();
    await page.locator(".diagnosis .heal").first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await look(page, "play");
  });
});

test("the family has every activation, its curve where the pointer is, its speed and its errors", async () => {
  const rows = JSON.parse(await ramp(server, "activations", "--json"));
  await visit("family", async (page) => {
    await page.locator(".activation-card").first().waitFor();
    const names = await page.locator(".chips label").allInnerTexts();
    assert.deepEqual(names, (rows.activations ?? rows).map(({ name }) => name));
    await page.locator(".chips").getByLabel("elu", { exact: true }).check();
    const slider = page.getByLabel("Read at x");
    await slider.fill("0");
    await untilTrue(page, () => /elu \u22120\.99/.test(document.querySelector(".place-slider input").getAttribute("aria-valuetext")), null, "elu far left is almost -1");
    const card = page.locator(".activation-card", { hasText: "elu" }).last();
    await card.locator("input[type=range]").fill("2");
    await untilTrue(page, () => /elu \u2212(1\.9|2)/.test(document.querySelector(".place-slider input").getAttribute("aria-valuetext")), null, "alpha 2 levels off at almost -2");
    await page.getByRole("button", { name: "Measure" }).click();
    await page.locator("caption", { hasText: "one thread" }).waitFor();
    await page.locator(".job progress, .job .bar").waitFor({ state: "detached" });
    assert.ok(await page.locator("section", { hasText: "Exactness" }).locator("tbody tr").count() >= 2);
    await look(page, "family");
  });
});

test("an experiment of the lab says what ramp lab says of the same seeds", async () => {
  await visit("lab", async (page) => {
    for (const name of ["gate", "dying"]) {
      const card = page.locator(`#lab-${name}`);
      await card.getByText("Seeds").click();
      await card.getByLabel("how many (0: as usual)").fill("3");
      await card.getByLabel("first seed").fill("7");
      await card.getByRole("button", { name: `Run ${name}` }).click();
      await card.getByText(/\d of \d/).first().waitFor();
      await card.locator(".verdict-badge").waitFor();
      const [said] = JSON.parse(await ramp(server, "lab", name, "--quick", "--seeds", "3", "--seed", "7", "--json", "--quiet")).experiments;
      enough(await card.locator(".verdict-badge").innerText(), said.verdict);
      assert.equal(await card.locator(".sentence").innerText(), said.reason);
      assert.deepEqual(await valuesOf(card.locator("[data-figure^=lab-]")), said.expectations.map(({ measured }) => measured.mean));
      assert.ok(await card.locator(".chart canvas, .bars svg").count() > 0, `${name} has no picture`);
      await card.screenshot({ path: join(pictures, `real-lab-${name}.png`) });
      enough(await card.getByRole("textbox", { name: "Command" }).innerText(), said.command);
    }
    await look(page, "lab");
  });
});

test("both quizzes are marked with reasons; a prediction is run; the rating is kept", async () => {
  await visit("quiz?quiz=1&seed=3", async (page) => {
    await page.getByLabel("On one side: left of 0").check();
    await page.getByLabel("More: its output can be any size").check();
    await page.getByLabel("0 and all above it").check();
    await page.getByRole("button", { name: "Mark my answers" }).click();
    await page.locator(".score", { hasText: "2 of 3" }).waitFor();
    await page.locator(".why", { hasText: "how large a number is does not matter" }).waitFor();
    await page.getByLabel("4 of 5").check();
    await page.getByText("mean 4 of 1").waitFor();
    await look(page, "quiz-marked");
    await page.getByRole("button", { name: "Understanding" }).click();
    await page.getByText("5 questions").waitFor();
    assert.equal(await page.locator(".question").count(), 5);
    await look(page, "quiz-second");
  });
  await visit("quiz?quiz=3&seed=3", async (page) => {
    await page.locator(".question").first().waitFor();
    const question = page.locator(".question", { hasText: "How many of its gates are open?" });
    await question.getByLabel("About 50 %").check();
    await question.getByRole("button", { name: "Run it" }).click();
    await question.getByText("Measured:").waitFor();
    enough(await question.locator(".why").innerText(), "1 of 1");
    await look(page, "quiz-predicted");
  });
  await visit("quiz?quiz=1&seed=3", async (page) => {
    await page.getByRole("button", { name: "Mark my answers" }).click();
    await page.getByText("mean 4").waitFor();
  });
});

const training = ["train", "moons rows 300", "--network", "dense 8, relu, dense", "--threads", "1", "--patience", "0", "--quiet", "--json", "--seed"];

test("a run of another terminal appears while it goes on; runs are compared, and deleted", async () => {
  await visit("runs", async (page) => {
    await page.getByText("No run yet").waitFor();
    const endless = start(server, ...training, "1", "--epochs", "1000000", "--out", "one.onnx");
    await page.locator(".badge", { hasText: "running" }).waitFor();
    const rows = page.getByRole("region", { name: "Run history" }).locator("tbody tr");
    await rows.getByRole("checkbox").check();
    const epochs = () => rows.first().locator("td.number").nth(1).innerText().then((text) => Number(text.replace(/\D/g, "")));
    const before = await epochs();
    await untilTrue(page, (least) => Number(document.querySelectorAll("tbody tr td.number")[1].textContent.replace(/\D/g, "")) > least, before, "its epochs are counted while it runs");
    endless.interrupt();
    const said = JSON.parse(await endless.said);
    await page.locator(".badge", { hasText: "interrupted" }).waitFor();
    assert.equal(await epochs(), said.epochs.length);
    const second = JSON.parse(await ramp(server, ...training, "2", "--epochs", "20", "--out", "two.onnx"));
    await rows.nth(1).waitFor();
    await rows.first().getByRole("checkbox").check();
    await page.locator("tr.differs", { hasText: "epochs" }).waitFor();
    assert.equal(await page.locator(".chart").count(), 4);
    const loss = page.locator("figure", { hasText: "Validation loss" }).locator("[data-value]");
    await loss.nth(1).waitFor();
    assert.deepEqual((await valuesOf(loss)).sort(), [said, second].map((run) => run.epochs.at(-1).valid_loss).sort());
    await look(page, "runs");
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: /Delete run/ }).first().click();
    await rows.nth(1).waitFor({ state: "detached" });
  });
  assert.equal(JSON.parse(await ramp(server, "runs", "--json")).length, 1);
});

// A model file without what ramp writes about itself: field 14 of ONNX's ModelProto.
function withoutMetadata(bytes) {
  const kept = [];
  for (let at = 0; at < bytes.length;) {
    const begin = at;
    const number = () => { for (let value = 0, shift = 1; ; shift *= 128) { const byte = bytes[at++]; value += (byte & 127) * shift; if (byte < 128) return value; } };
    const tag = number(), kind = tag & 7, size = kind === 2 ? number() : 0;
    if (kind === 0) number();
    at += size;
    if (tag >> 3 !== 14) kept.push(bytes.subarray(begin, at));
  }
  return Buffer.concat(kept);
}

test("a model is looked at with its dead units, layers and regions, also one of another program", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => { const x = Math.sin(7 * i), y = Math.cos(3 * i); return `${x.toFixed(4)},${y.toFixed(4)},${x * y > 0 ? 1 : 0}`; });
  const table = join(server.home, "table.csv");
  writeFileSync(table, `x,y,class\n${rows.join("\n")}\n`);
  writeFileSync(join(server.home, "plain.csv"), `${rows.join("\n")}\n`);
  await ramp(server, "train", "table.csv", "--network", "dense 8, relu, dense 8, relu, dense", "--epochs", "20", "--quiet", "--out", "own.onnx");
  writeFileSync(join(server.home, "foreign.onnx"), withoutMetadata(readFileSync(join(server.home, "own.onnx"))));
  for (const [name, data, note] of [["own", "table.csv", null], ["foreign", "plain.csv", "does not say how its data is encoded"]]) {
    const model = join(server.home, `${name}.onnx`);
    const said = JSON.parse(await ramp(server, "diagnose", model, data, "--json", "--quiet"));
    const looking = await serve(model, "--data", join(server.home, data));
    await visit("model", async (page) => {
      await page.locator(".unit").first().waitFor();
      const layers = await page.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.innerText)));
      assert.equal(layers.length, said.layers.length);
      said.layers.forEach((layer, i) => {
        assert.equal(Number(layers[i][0]), layer.units);
        if (layer.dead !== undefined) assert.equal(Number(layers[i][2].replace(/\D/g, "")), layer.dead);
        assert.equal(Number(layers[i][4]), layer.duplicates);
        assert.equal(Number(layers[i][5]), layer.silent);
      });
      enough(await page.locator("figcaption", { hasText: "regions" }).innerText(), "linear regions");
      if (note) await page.getByText(note).waitFor();
      await look(page, `model-${name}`);
    }, looking);
    await looking.stop();
  }
});

test("a model that cannot be read is explained", async () => {
  writeFileSync(join(server.home, "broken.onnx"), "this is no model");
  const looking = await serve(join(server.home, "broken.onnx"), "--data", "moons rows 100");
  await visit("model", (page) => page.getByRole("alert").filter({ hasText: "broken.onnx" }).waitFor(), looking);
  await looking.stop();
});
