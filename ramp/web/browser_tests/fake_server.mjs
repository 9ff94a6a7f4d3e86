// A server with made-up answers in the shapes of ramp/web/README.md: for what a real one shows too slowly or by chance,
// such as curves of 5,000 points, every fate of a unit and every verdict of the lab.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };
const base64 = (array) => Buffer.from(array.buffer).toString("base64");
const policy = {
  "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
};

const look = { run: null, axes: [0, 1], plane: 64, unit: 20, kinks: [], pictures: 15, runs: false };
const settings = {
  network: "dense 8, relu, dense 8, relu, dense", epochs: 2000, batch: 10, optimizer: "plain", learning_rate: 0.3, schedule: "constant",
  initialization: "", initial_gain: 1, weight_decay: 0, clip_norm: 0, clip_value: 0, label_smoothing: 0, accumulate: 1, balanced: false, patience: 0,
};
const start = { version: 1, data: { set: "spirals arms 2, rows 400" }, seed: 1, a: settings, b: null, pace: 0, look };
const remedies = [{ name: "lower-rate", text: "a learning rate ten times smaller (--lr)", can: true }, { name: "leaking-activation", text: "an activation that leaks where it is closed", can: true }, { name: "more-data", text: "more data", can: false }];
const tables = {
  program: "ramp 0.0.0", threads: 1, parts: ["play", "family", "model", "lab", "quiz", "runs"], start,
  sets: [{ name: "spirals", summary: "arms that wind around each other", settings: [{ name: "arms", initial: 3, low: 2, high: 8, whole: true, meaning: "a class each" }, { name: "rows", initial: 600, low: 10, high: 20000, whole: true, meaning: "examples" }] }, { name: "circles", summary: "one in the other", settings: [] }],
  layers: [{ name: "dense", notation: "dense UNITS", summary: "every unit sums all" }, { name: "dropout", notation: "dropout RATE", summary: "leaves out" }],
  activations: [{ name: "relu", formula: "max(0, x)", parameters: [] }, { name: "elu", formula: "x > 0 ? x : alpha (e^x - 1)", parameters: [{ name: "alpha", initial: 1, low: 0, high: 10, learned: false, meaning: "where it levels off" }] }],
  optimizers: [{ name: "plain", formula: "w - rate g", summary: "plain steps", source: "Robbins 1951", learning_rate: 0.1 }],
  schedules: [{ name: "constant", notation: "constant", summary: "always the same", source: "" }],
  initializations: [{ name: "he-normal", summary: "variance 2 / inputs", source: "He 2015" }],
  options: [{ name: "clip_norm", option: "--clip-norm", help: "largest norm of the gradient", initial: 5, low: 0, high: 1e6, whole: false }, { name: "balanced", option: "--balanced", help: "classes count the same", initial: false }],
  monitors: [], remedies, limits: { rows: 20000, inputs: 64, parameters: 20000, layers: 100, epochs: 20000, batch: 20000, seeds: 200, drawn_units: 32, kinks: 64, csv: 4 << 20 },
};

const noise = (i) => { const x = Math.sin(i * 127.1 + 11.7) * 43758.5453; return x - Math.floor(x); };

function examples() {
  const rows = 400, x = new Float32Array(2 * rows), y = new Float32Array(rows), part = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const arm = row % 2, t = 0.3 + 3.2 * (row / rows), angle = 2.4 * t + Math.PI * arm;
    x[2 * row] = t * Math.cos(angle) + 0.15 * noise(row);
    x[2 * row + 1] = t * Math.sin(angle) + 0.15 * noise(row + 7);
    y[row] = arm;
    part[row] = row % 5 === 0 ? 1 + ((row / 5) % 2) : 0;
  }
  return { rows, name: "spirals", task: "classification", inputs: ["x1", "x2"], target: "class", labels: ["0", "1"], low: [-4, -4], high: [4, 4], x: base64(x), y: base64(y), part: base64(part), notes: [] };
}
const shape = { text: settings.network, parameters: 114, layers: [{ layer: 1, text: "dense 8, relu", units: 8, activation: "relu" }, { layer: 2, text: "dense 8, relu", units: 8, activation: "relu" }, { layer: 3, text: "dense 2", units: 2, activation: null }] };

function unitsOf(layer, epoch) {
  const size = 20, units = 8, output = new Uint8Array(units * size * size), fate = new Uint8Array(units), open = new Float32Array(units), gradient = new Float32Array(units);
  for (let unit = 0; unit < units; unit++) {
    fate[unit] = unit === 1 ? 1 : unit === 4 || (unit === 6 && layer === 1) ? 2 : unit === 7 ? 3 : 0;
    const dead = fate[unit] === 1 || fate[unit] === 2, angle = unit * 0.8 + layer + epoch * 0.002;
    open[unit] = dead ? 0 : 0.2 + 0.7 * noise(unit + layer);
    gradient[unit] = dead ? 0 : 0.01 * noise(unit);
    for (let at = 0; at < size * size && !dead; at++) {
      const value = Math.cos(angle) * ((at % size) - 10) + Math.sin(angle) * (10 - Math.floor(at / size)) + 6 * noise(unit);
      output[unit * size * size + at] = Math.min(255, Math.max(0, 14 * value));
    }
  }
  return { layer, units, size: [size, size], low: Array(units).fill(0), high: Array(units).fill(2), output: base64(output), open_share: base64(open), gradient: base64(gradient), fate: base64(fate) };
}

function picture(epoch, look) {
  const size = look.plane, label = new Uint8Array(size * size), probability = new Uint8Array(size * size), id = new Uint16Array(size * size);
  for (let at = 0; at < size * size; at++) {
    const x = (at % size) / size - 0.5, y = 0.5 - Math.floor(at / size) / size;
    const value = Math.sin(8 * Math.hypot(x, y) - 1.2 * Math.atan2(y, x) * 2 + epoch * 0.004);
    label[at] = value > 0 ? 1 : 0;
    probability[at] = 128 + 127 * Math.min(1, Math.abs(value) * 1.6);
    id[at] = Math.floor(6 * (x + 0.5)) * 7 + Math.floor(5 * (y + 0.5 + 0.3 * x));
  }
  const weight = (inputs, units) => Float32Array.from({ length: inputs * units }, (_, i) => 2 * noise(i + inputs) - 1);
  const kinks = look.kinks.flatMap(([layer, unit]) => (unit < 0 ? [0, 2, 3, 5] : [unit]).map((one) => ({ layer, unit: one, lines: base64(Uint16Array.from([0, 9000 * one, 30000, 20000 + 5000 * one, 30000, 20000 + 5000 * one, 65535, 40000])) })));
  return {
    epoch, step: 0, axes: [0, 1], low: [-4, -4], high: [4, 4], size: [size, size], decision: { label: base64(label), probability: base64(probability) },
    regions: { count: 42, id: base64(id) }, units: [unitsOf(1, epoch), unitsOf(2, epoch)], kinks,
    weights: [{ layer: 1, inputs: 2, units: 8, weight: base64(weight(2, 8)), bias: base64(weight(1, 8)) }, { layer: 2, inputs: 8, units: 8, weight: base64(weight(8, 8)), bias: base64(weight(1, 8)) }, { layer: 3, inputs: 8, units: 2, weight: base64(weight(8, 2)), bias: base64(weight(1, 2)) }],
    text: "The plane of x1 from -4 to 4 and x2 from -4 to 4: 42 linear regions; class 0 on 52 %, class 1 on 48 % of it.",
  };
}

const finding = (epoch) => ({
  monitor: "dead-units", severity: "warning", layers: [1], units: 3, epoch: 2, step: 29, last_epoch: epoch, what: "layer 1 (dense 8, relu): 3 of 8 units are dead",
  evidence: [{ figure: "dead units / units", value: 0.375, limit: 0.2 }], cause: "the learning rate is too large", confidence: 0.8, explained_by: null, outlook: "dead units do not come back by themselves", remedies,
});

function curveOf(from, to) {
  const curve = { stride: 1, first: from, epoch: [], train_loss: [], valid_loss: [], test_loss: [], train_score: [], valid_score: [], test_score: [], learning_rate: [], gradient_norm: [], open_share: [], dead: [] };
  for (let epoch = from; epoch < to; epoch++) {
    const loss = 0.1 + 0.6 / (1 + epoch / 300) + 0.03 * noise(epoch);
    curve.epoch.push(epoch);
    curve.train_loss.push(loss);
    curve.valid_loss.push(loss + 0.04);
    curve.test_loss.push(loss + 0.05 + 0.02 * noise(epoch + 3));
    curve.train_score.push(1 - loss / 2);
    curve.valid_score.push(1 - loss / 1.9);
    curve.test_score.push(1 - loss / 1.8);
    curve.learning_rate.push(0.3);
    curve.gradient_norm.push([0.2 * loss, 0.1 * loss, 0.3 * loss]);
    curve.open_share.push([0.4 + 0.05 * noise(epoch), 0.3, null]);
    curve.dead.push([3, 2, null]);
  }
  return curve;
}

function runNow(page, run) {
  const { epoch, sent } = page, loss = 0.1 + 0.6 / (1 + epoch / 300) + 0.03 * noise(epoch);
  const layer = (number, units, dead) => ({ layer: number, text: `dense ${units}`, units, activation: number < 3 ? "relu" : null, open_share: number < 3 ? 0.4 : null, dead: number < 3 ? dead : null, born_dead: number < 3 ? 1 : null, died: number < 3 ? dead - 1 : null, revived: number < 3 ? 1 : null, always_open: 0, gradient_norm: 0.1, weight_norm: 2, update_ratio: 0.01, saturated_share: null });
  return {
    status: page.training ? "training" : "paused", epoch, step: 0, steps_per_epoch: 29, steps: 29 * epoch, seconds: epoch / 1700, epochs_per_second: 1700, learning_rate: 0.3,
    loss: { train: loss, valid: loss + 0.04, test: loss + 0.05 }, score: { train: 0.83, valid: 0.8, test: 0.795 }, score_name: "accuracy", divergence: null,
    ...(sent === 0 ? { shape } : {}), layers: [layer(1, 8, 3), layer(2, 8, 2), layer(3, 2, 0)], curve: curveOf(sent, epoch + 1), findings: page.healed ? [] : [finding(epoch)],
    command: { text: `ramp train 'spirals arms 2, rows 400' --network '${page.state[run].network}' --seed 1`, exact: true, why: "" }, picture: picture(epoch, page.state.look),
  };
}

const share = (count, of) => ({ count, of, share: count / of, low: Math.max(0, count / of - 0.1), high: Math.min(1, count / of + 0.1) });
function seedsResult(run, amount, all) {
  const seeds = Array.from({ length: amount }, (_, i) => ({ seed: i + 1, outcome: "finished", epochs: 200, test_loss: 0.2, test_score: 0.62 + 0.37 * Math.sqrt(noise(i)), valid_score: 0.9, dead: i % 3 === 0 ? 0 : 3, units: 16, dead_layers: i % 9 === 0 ? 1 : 0, findings: [] }));
  const spread = { mean: 0.88, low: 0.86, high: 0.9, least: 0.62, quarter: 0.81, median: 0.89, three_quarters: 0.95, most: 0.99 };
  return { run, seeds, score: spread, loss: spread, with_dead: share(seeds.filter((row) => row.dead > 0).length, amount), with_dead_layer: share(seeds.filter((row) => row.dead_layers > 0).length, amount), diverged: share(0, amount), score_name: "accuracy", command: `for seed in $(seq 1 ${all}); do ramp train spirals --seed $seed; done` };
}
const labResult = (verdict) => ({
  name: "dying", verdict, sentence: "At a learning rate of 1 a third of the units is dead after 50 epochs.", practice: "Lower the rate first.",
  figures: [{ name: "dead at rate 1", value: 0.34, low: 0.3, high: 0.39, unit: "of the units", expected: "at least 0.2", result: "met" }, { name: "dead at rate 0.01", value: 0.02, low: 0.01, high: 0.03, unit: "of the units", expected: "at most 0.1", result: "met" }],
  plots: [{ title: "Dead units over training", x_label: "epoch", y_label: "share", x_logarithmic: false, y_logarithmic: false, text: "Dead units rise within ten epochs and stay.", curves: [1, 0.01].map((rate, place) => { const x = Array.from({ length: 50 }, (_, i) => i); const y = x.map((i) => rate * 0.4 * (1 - Math.exp(-i / 8))); return { label: `rate ${rate}`, x, y, low: y.map((v) => v * 0.85), high: y.map((v) => v * 1.15), dashed: place === 1 }; }) }],
  bars: [{ title: "Dead units by rate", x_label: "share of the units", rows: ["rate 1", "rate 0.01"], series: ["relu", "elu"], mark: 0.2, panels: [{ title: "after 50 epochs", values: [[0.34, 0], [0.02, null]], low: [[0.3, 0], [0.01, null]], high: [[0.39, 0], [0.03, null]] }] }],
  command: "ramp lab dying --seeds 20",
});
const family = [["relu", "max(0, x)", "x > 0 ? 1 : 0", "gate", 1, (x) => [Math.max(0, x), x > 0 ? 1 : 0]], ["elu", "x > 0 ? x : alpha (e^x - 1)", "x > 0 ? 1 : alpha e^x", "output", 32, (x, [a]) => (x > 0 ? [x, 1] : [a * Math.expm1(x), a * Math.exp(x)])]];
const familyRows = family.map(([name, formula, derivative, saves, saved_bits]) => ({
  name, formula, derivative, onnx: "Relu(x)", source: "Nair and Hinton 2010", gated: "reglu", gated_twice: "", saves, saved_bits, low: 0, high: null, saturates: false, monotone: true, zero_centred: false, learned: false, lipschitz: 1, gain: 1.414,
  parameters: tables.activations.find((row) => row.name === name).parameters, ulp: [{ set: "AVX2", value: 0, value_at: "0x1p-3", slope: 0.5, slope_at: "0x1p-7" }],
}));
const questions = [
  { id: "saturated", text: "Is ReLU a saturated activation?", kind: "one", choices: [{ id: "yes", text: "Yes" }, { id: "no", text: "No, not for positive inputs" }] },
  { id: "cures", text: "What helps against exploding gradients?", kind: "several", choices: [{ id: "clip", text: "Clipping gradients" }, { id: "rate", text: "A smaller learning rate" }, { id: "large", text: "Larger weights" }] },
  { id: "dead", text: "How many of 50 runs have a dead unit at a learning rate of 1?", kind: "predict", choices: [{ id: "few", text: "fewer than 10" }, { id: "most", text: "more than 40" }] },
];
const right = { saturated: ["no"], cures: ["clip", "rate"], dead: ["most"] };
const marked = (id, ticked) => ({ id, points: JSON.stringify([...ticked].sort()) === JSON.stringify([...right[id]].sort()) ? 1 : 0, of: 1, right: right[id], corrections: ["\"No\" is wrong: it does"], why: "Its slope is 1 for every positive input.", link: id === "dead" ? "lab:dying" : id === "cures" ? 'play:{"seed":3}' : "family:relu" });
const runRows = [0, 1, 2].map((i) => ({ id: `r${i}f3a`, started: `2026-01-0${i + 1}T10:11:12Z`, seconds: 1.5, data: "spirals", network: settings.network, seed: i, outcome: ["finished", "running", "diverged"][i], epochs: 60, best_epoch: 41, valid_score: 0.9, test_score: 0.89, score_name: "accuracy", warnings: i, model: i ? null : "model.onnx" }));
const runDetail = (row) => ({ ...row, epochs: Array.from({ length: 60 }, (_, i) => ({ epoch: i + 1, train_loss: 0.7 / (1 + i / 9), valid_loss: 0.72 / (1 + i / 9) + 0.01 * row.seed, valid_score: 1 - 0.4 / (1 + i / 5), seconds: 0.01, open_share: 0.4, dead: i > 9 ? 2 : 0, gradient_norm: 0.2 / (1 + i) })), findings: row.warnings ? [finding(60)] : [], settings: { learning_rate: 0.1 * (row.seed + 1), batch: 10 } });
const modelView = () => ({ notes: [],
  name: "model.onnx", data: "spirals.csv", rows: 400, network: shape, unused_columns: [], calibration_error: 0.03, score: 0.91, score_name: "accuracy", findings: [finding(0)], points: examples(), picture: picture(0, look),
  layers: runNow({ epoch: 0, sent: 1, state: start, training: false }, "a").layers.map((layer) => ({ ...layer, duplicates: 0, silent: 1, mean: 0.3, deviation: 0.9 })),
});

// points: how long the curves are from the beginning; rate: events a second.
export async function fakeServer(folder, { points = 1, rate = 30, advance = 7 } = {}) {
  const pages = new Map();
  let ids = 0, origin = "";
  const asked = [];
  const gets = {
    "/api/tables": () => tables, "/api/activations": () => ({ activations: familyRows }), "/api/model": modelView,
    "/api/lab": () => ({ experiments: [{ name: "dying", claim: "ReLU units die at high learning rates", question: "How many are dead, at which rate?", expectation: "Over a fifth at a rate of 1.", seconds: 30 }] }),
    "/api/runs": () => ({ runs: runRows }),
    "/api/quiz": (query) => ({ quiz: +(query.get("quiz") ?? 1), title: "First look", seed: +(query.get("seed") || 7), questions, others: [{ quiz: 2, title: "Understanding" }], rating: 4.2 }),
  };
  const job = (page, kind, of, resultOf) => {
    const id = `j${++ids}`;
    let done = 0;
    const timer = setInterval(() => {
      done = Math.min(of, done + Math.ceil(of / 5));
      const ended = done === of;
      page.send?.("job", { job: id, kind, status: ended ? "done" : "running", done, of, seconds_left: ended ? null : 1, error: null, result: resultOf(done, ended) });
      if (ended) clearInterval(timer);
    }, 60);
    return { job: id };
  };
  const again = (page, state) => {
    page.state = { ...start, ...state, a: { ...settings, ...state.a }, b: state.b ? { ...settings, ...state.b } : null, look: { ...look, ...state.look } };
    Object.assign(page, { start: page.start + 1, epoch: points, sent: 0, healed: false, undo: page.undo + 1 });
  };
  const posts = {
    "/api/play/start": (page, body) => { again(page, body.state); page.training = body.train ?? true; return { state: page.state, points: examples(), a: shape, b: page.state.b ? shape : null }; },
    "/api/play/train": (page, body) => { page.training = true; if (body.pace !== undefined) page.state.pace = body.pace; return {}; },
    "/api/play/pause": (page) => { page.training = false; return {}; },
    "/api/play/step": (page) => { page.training = false; page.epoch++; return {}; },
    "/api/play/reset": (page) => { again(page, page.state); page.epoch = 0; page.training = false; return {}; },
    "/api/play/undo": (page) => { page.undo = Math.max(0, page.undo - 1); page.training = false; return { state: page.state }; },
    "/api/play/change": (page, body) => { page.state[body.run] = { ...page.state[body.run], ...body.settings }; page.undo++; return { state: page.state, restarted: false }; },
    "/api/play/weight": () => ({}),
    "/api/play/remedy": (page, body) => { page.healed = true; page.undo++; page.state[body.run] = { ...page.state[body.run], learning_rate: 0.03 }; return { state: page.state, restarted: false, done: "learning rate 0.3 -> 0.03" }; },
    "/api/play/look": (page, body) => { page.state.look = { ...page.state.look, ...body.look }; return { look: page.state.look }; },
    "/api/seeds": (page, body) => job(page, "seeds", body.seeds, (done) => seedsResult(body.run, done, body.seeds)),
    "/api/speed": (page, body) => job(page, "speed", 2, () => ({ size: 262144, machine: "a machine", threads: 1, rows: (body.names ?? ["relu"]).map((name) => ({ name, operations: ["forward", "backward"].map((operation) => ({ operation, nanoseconds: 0.1, gigabytes_per_second: 40, of_limit: 0.97 })) })) })),
    "/api/lab/run": (page, body) => job(page, "lab", 10, (_, ended) => (ended ? labResult(body.seed === 2 ? "does not hold" : "holds") : null)),
    "/api/quiz/predict": (page, body) => job(page, "predict", 50, (_, ended) => (ended ? { measured: "47 of 50 runs", marked: marked(body.id, body.answer) } : null)),
  };
  const free = {
    "/api/open": () => { const id = `p${++ids}`; pages.set(id, { state: start, start: 0, epoch: points, sent: 0, undo: -1, training: false, started: false }); return { page: id }; },
    "/api/check": (body) => { if (/rlu/.test(body.state.a?.network)) throw { status: 400, error: "layer 2: there is no layer 'rlu' (did you mean 'relu'?)", field: "state.a.network" }; return { state: { ...start, ...body.state }, runs: [{ network: "", parameters: 114, command: { text: "", exact: true, why: "" } }] }; },
    "/api/curve": (body) => { const of = family.find(([name]) => name === body.name)[5], x = Array.from({ length: body.count }, (_, i) => body.low + ((body.high - body.low) * i) / (body.count - 1)), y = x.map((one) => of(one, body.parameters ?? [1])); return { x, value: y.map(([value]) => value), slope: y.map(([, slope]) => slope) }; },
    "/api/quiz/answer": (body) => { const all = questions.map(({ id }) => marked(id, body.answers[id] ?? [])), sum = all.reduce((total, row) => total + row.points, 0); return { points: sum, of: 3, sentence: `${sum} of 3`, questions: all }; },
    "/api/quiz/rate": () => ({ rating: 4.3, ratings: 12 }), "/api/runs/delete": () => ({}),
  };
  const events = (page, answer) => {
    answer.writeHead(200, { ...policy, "Content-Type": "text/event-stream" });
    page.send = (event, data) => answer.write(`id: ${++ids}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    page.sent = 0;
    page.send("hello", { page: "", version: "", playing: page.started });
    page.tick = () => {
      if (!page.started) return;
      const event = { start: page.start, training: page.training, undo: Math.max(0, page.undo), a: runNow(page, "a"), b: page.state.b ? runNow(page, "b") : null };
      page.send("play", event);
      page.sent = page.epoch + 1;
      if (page.training) page.epoch += advance;
    };
    const timer = rate > 0 ? setInterval(page.tick, 1000 / rate) : null;
    answer.on("close", () => clearInterval(timer));
  };
  const server = createServer(async (request, answer) => {
    const url = new URL(request.url, origin);
    const json = (status, body) => answer.writeHead(status, { ...policy, "Content-Type": "application/json" }).end(JSON.stringify(body));
    asked.push(`${request.method} ${url.pathname}`);
    try {
      if (request.method === "POST") {
        let text = "";
        for await (const part of request) text += part;
        const body = JSON.parse(text), page = pages.get(body.page);
        if (free[url.pathname]) return json(200, free[url.pathname](body));
        if (!page) return json(404, { error: "there is no such page", code: "page" });
        const said = posts[url.pathname](page, body);
        page.started ||= url.pathname === "/api/play/start";
        return json(200, said);
      }
      if (url.pathname === "/api/events") return pages.has(url.searchParams.get("page")) ? events(pages.get(url.searchParams.get("page")), answer) : json(404, { error: "there is no such page", code: "page" });
      if (gets[url.pathname]) return json(200, gets[url.pathname](url.searchParams));
      if (url.pathname.startsWith("/api/runs/")) return json(200, runDetail(runRows.find((row) => url.pathname.endsWith(row.id))));
      const name = url.pathname === "/" ? "index.html" : url.pathname.replace("/assets/", "");
      const bytes = await readFile(join(folder, name));
      return answer.writeHead(200, { ...policy, "Content-Type": types[name.split(".").at(-1)] }).end(bytes);
    } catch (error) {
      return json(error.status ?? 404, { error: error.error ?? String(error) });
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${server.address().port}`;
  // With a rate of 0 events come when they are asked for.
  const tick = () => { for (const page of pages.values()) page.tick?.(); };
  return { origin, asked, tick, close: () => { server.closeAllConnections(); server.close(); } };
}
