// Runs the models of onnx_runtime_cases in ONNX Runtime and compares: node check.mjs FOLDER
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const folder = process.argv[2];
// The runtime is installed in the current folder, not beside this file.
const {InferenceSession, Tensor} = createRequire(process.cwd() + '/')('onnxruntime-node');
const TOLERANCE = 1e-5;

function floats(path) {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

async function largestError({name, shape}) {
  const session = await InferenceSession.create(`${folder}/${name}.onnx`);
  const {output} = await session.run({input: new Tensor('float32', floats(`${folder}/${name}.inputs`), shape)});
  const expected = floats(`${folder}/${name}.outputs`);
  if (expected.length === 0 || output.data.length !== expected.length) return Infinity;
  // Relative to the value where it is larger than 1. A NaN is an error, too.
  const errors = Array.from(expected, (value, i) => Math.abs(output.data[i] - value) / Math.max(1, Math.abs(value)));
  return errors.some(Number.isNaN) ? Infinity : Math.max(...errors);
}

const cases = JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8'));
let failures = cases.length === 0 ? 1 : 0;
for (const row of cases) {
  const error = await largestError(row);
  const good = error <= TOLERANCE;
  if (!good) ++failures;
  console.log(`${good ? 'ok  ' : 'BAD '} ${row.name}: ${row.network}: largest error ${error.toExponential(1)}`);
}
process.exitCode = failures === 0 ? 0 : 1;
