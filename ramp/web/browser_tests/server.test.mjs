// What happens to a page when its server goes, comes back, or has too many pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, serve, untilTrue, watched } from "./browser.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const moves = async (page) => {
  const now = await page.locator("[data-figure=a-epoch]").innerText();
  await untilTrue(page, (before) => document.querySelector("[data-figure=a-epoch]").textContent !== before, now, "the training moves");
};
const hash = "#" + encodeURIComponent(JSON.stringify({ seed: 3, pace: 20, a: { epochs: 20000 } }));

test("a server that is killed and started again is found again, with the state of the page", async () => {
  const first = await serve();
  // While it is away, connections fail: that is what this is about.
  const { context, complaints } = await watched(browser, { allow: [/Failed to load resource/, /net::ERR/] });
  const page = await context.newPage();
  await page.goto(first.address + hash);
  await page.locator(".transport .go").waitFor();
  await moves(page);
  await first.stop("SIGKILL");
  await page.locator(".connection", { hasText: "does not answer" }).waitFor();
  const second = await serve("--port", new URL(first.origin).port);
  await page.locator(".connection", { hasText: "open the address" }).waitFor();
  // The new address, opened in another tab, lets the old one in as well.
  const other = await context.newPage();
  await other.goto(second.address + hash);
  await other.locator(".transport .go").waitFor();
  assert.equal(await other.getByRole("spinbutton", { name: "seed" }).inputValue(), "3");
  await other.close();
  await page.bringToFront();
  await page.mouse.click(5, 300);
  await untilTrue(page, () => document.querySelector(".connection").textContent === "", null, "the connection is back");
  await moves(page);
  assert.equal(await page.getByRole("spinbutton", { name: "seed" }).inputValue(), "3");
  await context.close();
  await second.stop();
  assert.deepEqual(complaints, []);
});

test("of six tabs the newest four move; one that rests says so, and wakes by a key", async () => {
  const server = await serve();
  const { context, complaints } = await watched(browser);
  const pages = [];
  for (let tab = 0; tab < 6; tab++) {
    const page = await context.newPage();
    await page.goto((tab === 0 ? server.address : server.origin + "/") + hash);
    await page.locator(".transport .go").waitFor();
    pages.push(page);
  }
  for (const page of pages.slice(0, 2)) await page.locator(".connection", { hasText: "rests" }).waitFor();
  for (const page of pages.slice(2)) await moves(page);
  await pages[0].keyboard.press("Shift");
  await untilTrue(pages[0], () => document.querySelector(".connection").textContent === "", null, "it woke");
  await moves(pages[0]);
  await pages[2].locator(".connection", { hasText: "rests" }).waitFor();
  await context.close();
  await server.stop();
  assert.deepEqual(complaints, []);
});

test("without the token nothing is shown", async () => {
  const server = await serve();
  const { context } = await watched(browser);
  const page = await context.newPage();
  assert.equal((await page.goto(server.origin + "/")).status(), 403);
  await context.close();
  await server.stop();
});
