// Runs the models of onnx_runtime_cases in ONNX Runtime and compares its outputs with ramp's.
//
//   node check.mjs FOLDER
//
// A line a case, with the largest difference as a share of what is allowed. Exit status 1 when any is above 1.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";

const tolerance = 1e-5;

function readFloats(path) {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

async function runModel(path, inputs, shape) {
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const outputs = await session.run({ [session.inputNames[0]]: new ort.Tensor("float32", inputs, shape) });
  return outputs[session.outputNames[0]];
}

// The largest |difference| / (tolerance max(1, |expected|)), and where it is.
function compare(found, expected) {
  let worst = { share: 0, at: 0 };
  for (let i = 0; i < expected.length; ++i) {
    const share = Math.abs(found[i] - expected[i]) / (tolerance * Math.max(1, Math.abs(expected[i])));
    // Not "share > worst.share", which no NaN is.
    if (!(share <= worst.share)) worst = { share, at: i };
    if (Number.isNaN(share)) break;
  }
  return worst;
}

async function checkCase(folder) {
  const { network, input_shape, output_shape } = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
  const expected = readFloats(join(folder, "output.f32"));
  const output = await runModel(join(folder, "model.onnx"), readFloats(join(folder, "input.f32")), input_shape);
  if (String(output.dims) !== String(output_shape)) {
    return { passed: false, text: `shape [${output.dims}] instead of [${output_shape}] (${network})` };
  }
  const { share, at } = compare(output.data, expected);
  const numbers = `${output.data[at]} where ramp has ${expected[at]}`;
  return { passed: share <= 1, text: `${share.toFixed(3)} of the tolerance: ${numbers} (${network})` };
}

const folder = process.argv[2];
const names = readdirSync(folder).sort();
const failed = [];
for (const name of names) {
  const { passed, text } = await checkCase(join(folder, name)).catch((error) => ({ passed: false, text: error.message }));
  console.log(`${passed ? "same  " : "DIFFER"} ${name}: ${text}`);
  if (!passed) failed.push(name);
}
console.log(`${names.length - failed.length} of ${names.length} models give the same in ONNX Runtime`);
if (failed.length > 0 || names.length === 0) {
  console.log(`not: ${failed.join(", ")}`);
  process.exit(1);
}
