// How much the page works for a frame: run.sh PROGRAM PAGE FOLDER measure.mjs
// Four charts of 5,000 points each, 30 events a second, as the protocol's most; and a page of the real server.
import { builtPage, launch, serve } from "./browser.mjs";
import { fakeServer } from "./fake_server.mjs";

const kSeconds = 10;

async function measure(browser, address, what) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  // A frame's work: from the first callback of the frame until the thread is free again.
  await page.addInitScript(() => {
    window.frames_ = [];
    let begun = 0;
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => ask((time) => {
      if (begun === 0) {
        begun = performance.now();
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          window.frames_.push(performance.now() - begun);
          begun = 0;
        };
        channel.port2.postMessage(0);
      }
      callback(time);
    });
  });
  const begun = Date.now();
  await page.goto(address);
  await page.locator(".unit").first().waitFor();
  const shown = Date.now() - begun;
  await page.waitForTimeout(2000);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const tasks = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  await page.evaluate(() => { window.frames_ = []; });
  const before = await tasks();
  await page.waitForTimeout(1000 * kSeconds);
  const behind = await tasks(), frames = (await page.evaluate(() => window.frames_)).sort((one, other) => one - other);
  const at = (share) => frames[Math.floor(share * (frames.length - 1))].toFixed(1);
  console.log(`${what}: first units after ${shown} ms; ${(frames.length / kSeconds).toFixed(1)} frames with work a second; work in a frame: median ${at(0.5)} ms, 95 % ${at(0.95)} ms; all tasks ${(1000 * (behind.TaskDuration - before.TaskDuration) / frames.length).toFixed(1)} ms a frame`);
  await page.context().close();
}

const browser = await launch();
const fake = await fakeServer(builtPage, { points: 5000, rate: 30, advance: 1 });
await measure(browser, fake.origin + "/", "four charts of 5,000 points");
fake.close();
const server = await serve();
await measure(browser, server.address, "the first screen");
await server.stop();
await browser.close();
