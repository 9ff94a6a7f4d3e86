// How much the page works for what comes: run.sh PROGRAM PAGE FOLDER measure.mjs [--profile]
// First each event of a training with four charts of 5,000 points, one by one, so that every one is drawn: the most that
// a frame can take. Then frames of the real server's first screen. It counts the processor time of the page's main
// thread, so that a busy machine disturbs it little. --profile: also what takes most of it.
import { builtPage, launch, serve } from "./browser.mjs";
import { fakeServer } from "./fake_server.mjs";

const kSeconds = 10, kEvents = 100, kBetweenEvents = 70;
const profiles = process.argv.includes("--profile");

// What the page's main thread does meanwhile.
async function traced(browser, work) {
  const session = await browser.newBrowserCDPSession(), events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const ended = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "devtools.timeline", "toplevel", "__metadata"] } });
  await work();
  await session.send("Tracing.end");
  await ended;
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const of = mains.map((main) => events.filter(({ pid, tid, ph }) => pid === main.pid && tid === main.tid && ph === "X"));
  return of.sort((one, other) => other.length - one.length)[0].sort((one, other) => one.ts - other.ts);
}

// Processor time of all tasks since the last frame, for each frame; in milliseconds.
function framesOf(events) {
  const frames = [];
  let sum = 0;
  for (const { name, tdur } of events) {
    if (name === "ThreadControllerImpl::RunTask") sum += (tdur ?? 0) / 1000;
    if (name !== "Commit") continue;
    frames.push(sum);
    sum = 0;
  }
  return frames.slice(1);
}

function printMost(rows, unit) {
  for (const [name, value] of [...rows].sort((one, other) => other[1] - one[1]).slice(0, 25)) console.log(`  ${value.toFixed(2).padStart(8)} ${unit}  ${name}`);
}

async function printFunctions(session, work) {
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: 500 });
  await session.send("Profiler.start");
  await work();
  const { profile } = await session.send("Profiler.stop");
  const own = new Map(), nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  profile.samples.forEach((id, i) => {
    const { functionName, lineNumber, columnNumber } = nodes.get(id), name = `${functionName || "(unnamed)"} ${lineNumber + 1}:${columnNumber}`;
    own.set(name, (own.get(name) ?? 0) + profile.timeDeltas[i] / 1000);
  });
  printMost(own, "ms");
}

async function open(browser, address) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(address);
  await page.locator(".transport .go").waitFor();
  return page;
}

const quantile = (values, share) => [...values].sort((one, other) => one - other)[Math.floor(share * values.length)];
const middle = (values) => quantile(values, 0.5);

async function measureEvents(browser) {
  const fake = await fakeServer(builtPage, { points: 5000, rate: 0, advance: 1 });
  const waking = setInterval(fake.tick, 200), page = await open(browser, fake.origin + "/");
  clearInterval(waking);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => 1000 * (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value;
  const work = async () => {
    const taken = [];
    for (let event = 0; event < kEvents; event++) {
      const before = await worked();
      fake.tick();
      await page.waitForTimeout(kBetweenEvents);
      taken.push(await worked() - before);
    }
    return taken;
  };
  await work();
  const event = middle(await work()), frames = framesOf(await traced(browser, work));
  console.log(`four charts of 5,000 points: the main thread's processor time for an event: median ${event.toFixed(1)} ms, for a frame: ${middle(frames).toFixed(1)} ms (a tenth above ${quantile(frames, 0.9).toFixed(1)}); ${(frames.length / kEvents).toFixed(1)} frames for an event`);
  if (profiles) {
    const kinds = new Map();
    for (const { name, tdur } of await traced(browser, work)) kinds.set(name, (kinds.get(name) ?? 0) + (tdur ?? 0) / 1000 / kEvents);
    printMost(kinds, "ms an event");
    await printFunctions(session, work);
  }
  await page.context().close();
  fake.close();
}

async function measureFrames(browser) {
  const server = await serve();
  const page = await open(browser, server.address);
  await page.waitForTimeout(2000);
  const frames = framesOf(await traced(browser, () => page.waitForTimeout(1000 * kSeconds)));
  console.log(`the first screen: ${(frames.length / kSeconds).toFixed(1)} frames a second; the main thread's processor time for a frame: median ${middle(frames).toFixed(1)} ms`);
  await page.context().close();
  await server.stop();
}

const browser = await launch();
await measureEvents(browser);
await measureFrames(browser);
await browser.close();
