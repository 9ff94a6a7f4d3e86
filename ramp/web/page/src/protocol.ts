// What server and page say to each other, as ramp/web/README.md has it.

export type Figure = number | null;
export type RunName = "a" | "b";
export type Bytes = string; // base64

export type Data = { set: string } | { csv: string; name?: string; target?: string };
// A training option: the server's list of them says which there are, see Tables.options.
export type OptionValue = number | string | boolean;
export interface TrainingOption {
  name: string;
  option: string;
  help: string;
  initial: OptionValue;
  low?: number;
  high?: number;
  whole?: boolean;
}
// Of the options these have controls of their own.
export interface Settings {
  network: string;
  epochs: number;
  batch: number;
  optimizer: string;
  learning_rate: number;
  schedule: string;
  initialization: string;
  [option: string]: OptionValue;
}
export interface Look {
  run: RunName | null;
  axes: [number, number];
  plane: number;
  unit: number;
  kinks: [number, number][];
  pictures: number;
  runs: boolean;
}
export interface State {
  version: 1;
  data: Data;
  seed: number;
  a: Settings;
  b: Settings | null;
  pace: number;
  look: Look;
}

export interface Parameter { name: string; initial: number; low: number; high: number; learned: boolean; meaning: string }
export interface SetSetting { name: string; initial: number; low: number; high: number; whole: boolean; meaning: string }
export interface GeneratedSet { name: string; summary: string; settings: SetSetting[] }
export interface RemedyRow { name: string; text: string; can: boolean }
export interface Tables {
  program: string;
  threads: number;
  parts: string[];
  start: State;
  sets: GeneratedSet[];
  layers: { name: string; notation: string; summary: string }[];
  activations: { name: string; formula: string; parameters: Parameter[] }[];
  optimizers: { name: string; formula: string; summary: string; source: string; learning_rate: number }[];
  schedules: { name: string; notation: string; summary: string; source: string }[];
  initializations: { name: string; summary: string; source: string }[];
  options: TrainingOption[];
  monitors: { name: string; sees: string; why: string; cause: string; outlook: string; remedies: string[] }[];
  remedies: RemedyRow[];
  limits: Record<string, number>;
}

export interface Command { text: string; exact: boolean; why: string }
export interface Checked { state: State; runs: { network: string; parameters: number; command: Command }[] }
export interface NetworkShape {
  text: string;
  parameters: number;
  layers: { layer: number; text: string; units: number; activation: string | null }[];
}
export interface Points {
  rows: number;
  name: string;
  task: "classification" | "regression";
  inputs: string[];
  target: string;
  labels: string[];
  low: number[];
  high: number[];
  x: Bytes;
  y: Bytes;
  part: Bytes;
  notes: string[];
}
export interface Started { state: State; points: Points; a: NetworkShape; b: NetworkShape | null }
export interface Changed { state: State; restarted: boolean; done?: string }

export interface LayerNow {
  layer: number;
  text: string;
  units: number;
  activation: string | null;
  open_share: Figure;
  dead: Figure;
  born_dead: Figure;
  died: Figure;
  revived: Figure;
  always_open: Figure;
  gradient_norm: Figure;
  weight_norm: Figure;
  update_ratio: Figure;
  saturated_share: Figure;
}
export interface Curve {
  stride: number;
  first: number;
  epoch: number[];
  train_loss: Figure[];
  valid_loss: Figure[];
  test_loss: Figure[];
  train_score: Figure[];
  valid_score: Figure[];
  test_score: Figure[];
  learning_rate: Figure[];
  gradient_norm: Figure[][];
  open_share: Figure[][];
  dead: Figure[][];
}
export interface Finding {
  monitor: string;
  severity: "note" | "warning" | "error";
  layers: number[];
  units: number;
  epoch: number;
  step: number;
  last_epoch: number;
  what: string;
  evidence: { figure: string; value: Figure; limit: Figure }[];
  cause: string;
  confidence: Figure;
  explained_by: string | null;
  outlook: string;
  remedies: RemedyRow[];
}
export interface UnitPictures {
  layer: number;
  units: number;
  size: [number, number];
  low: Figure[];
  high: Figure[];
  output: Bytes;
  open_share: Bytes;
  gradient: Bytes | null;
  fate: Bytes;
}
export interface Picture {
  epoch: number;
  step: number;
  axes: [number, number];
  low: [number, number];
  high: [number, number];
  size: [number, number];
  decision: { label: Bytes; probability: Bytes } | { value: Bytes; low: Figure; high: Figure };
  regions: { count: number; id: Bytes };
  units: UnitPictures[];
  kinks: { layer: number; unit: number; lines: Bytes }[];
  weights: { layer: number; inputs: number; units: number; weight: Bytes; bias: Bytes }[];
  text: string;
}
export interface RunNow {
  status: "waiting" | "training" | "paused" | "finished" | "stopped early" | "diverged";
  epoch: number;
  step: number;
  steps_per_epoch: number;
  steps: number;
  seconds: Figure;
  epochs_per_second: Figure;
  learning_rate: Figure;
  loss: { train: Figure; valid: Figure; test: Figure };
  score: { train: Figure; valid: Figure; test: Figure };
  score_name: "accuracy" | "R2";
  divergence: { epoch: number; step: number; place: string } | null;
  shape?: NetworkShape;
  layers: LayerNow[];
  curve: Curve;
  findings: Finding[];
  command: Command;
  picture?: Picture;
}
export interface Play {
  start: number;
  training: boolean;
  undo: number;
  state?: State;
  a: RunNow;
  b: RunNow | null;
}

export interface Distribution {
  mean: Figure; low: Figure; high: Figure;
  least: Figure; quarter: Figure; median: Figure; three_quarters: Figure; most: Figure;
}
export interface Share { count: number; of: number; share: Figure; low: Figure; high: Figure }
export interface SeedRow {
  seed: number; outcome: string; epochs: number;
  test_loss: Figure; test_score: Figure; valid_score: Figure;
  dead: number; units: number; dead_layers: number; findings: string[];
}
export interface SeedsResult {
  run: RunName;
  seeds: SeedRow[];
  score: Distribution; loss: Distribution;
  with_dead: Share; with_dead_layer: Share; diverged: Share;
  score_name: "accuracy" | "R2";
  command: string;
}
export interface SpeedResult {
  size: number; machine: string; threads: number;
  rows: { name: string; operations: { operation: string; nanoseconds: Figure; gigabytes_per_second: Figure; of_limit: Figure }[] }[];
}
export interface LabPlot {
  title: string; x_label: string; y_label: string; x_logarithmic: boolean; y_logarithmic: boolean; text: string;
  curves: { label: string; x: Figure[]; y: Figure[]; low?: Figure[]; high?: Figure[]; dashed: boolean }[];
}
export interface LabBars {
  title: string; x_label: string; rows: string[]; series: string[]; mark: Figure;
  panels: { title: string; values: Figure[][]; low: Figure[][]; high: Figure[][] }[];
}
export interface LabResult {
  name: string;
  verdict: "holds" | "does not hold" | "depends";
  sentence: string;
  practice: string;
  figures: { name: string; value: Figure; low: Figure; high: Figure; unit: string; expected: string; result: string }[];
  plots: LabPlot[];
  bars: LabBars[];
  command: string;
}
export interface Marked { points: number; of: number; sentence: string; questions: MarkedQuestion[] }
export interface MarkedQuestion { id: string; points: number; of: number; right: string[]; corrections: string[]; why: string; link: string }
export interface Predicted { measured: string; marked: MarkedQuestion }
export interface Job {
  job: string;
  kind: "seeds" | "speed" | "lab" | "predict";
  status: "waiting" | "running" | "done" | "stopped" | "failed";
  done: number;
  of: number;
  seconds_left: Figure;
  error: string | null;
  result: unknown;
}

export interface FamilyRow {
  name: string; formula: string; derivative: string; onnx: string; source: string;
  gated: string; gated_twice: string;
  saves: "gate" | "output" | "input"; saved_bits: number;
  low: Figure; high: Figure;
  saturates: boolean; monotone: boolean; zero_centred: boolean; learned: boolean;
  lipschitz: Figure; gain: Figure;
  parameters: Parameter[];
  ulp: { set: string; value: Figure; value_at: string; slope: Figure; slope_at: string }[];
}
export interface CurveAnswer { x: Figure[]; value: Figure[]; slope: Figure[] }

export interface ModelView {
  name: string; data: string; rows: number; network: NetworkShape;
  layers: (LayerNow & { duplicates: Figure; silent: Figure; mean: Figure; deviation: Figure })[];
  unused_columns: string[] | null; calibration_error: Figure; score: Figure; score_name: "accuracy" | "R2";
  notes: string[]; findings: Finding[]; points: Points | null; picture: Picture | null;
}

export interface LabExperiment { name: string; claim: string; question: string; expectation: string; seconds: Figure }

export interface Question { id: string; text: string; kind: "one" | "several" | "predict"; choices: { id: string; text: string }[] }
export interface Quiz {
  quiz: number; title: string; seed: number; questions: Question[];
  others: { quiz: number; title: string }[]; rating: Figure;
}

export interface Run {
  id: string; started: string; seconds: Figure; data: string; network: string; seed: number; outcome: string;
  epochs: number; best_epoch: Figure; valid_score: Figure; test_score: Figure; score_name: "accuracy" | "R2";
  warnings: number; model: string | null;
}
export interface RunEpoch {
  epoch: number; train_loss: Figure; valid_loss: Figure; valid_score: Figure; seconds: Figure;
  open_share: Figure; dead: Figure; gradient_norm: Figure;
}
export type RunDetail = Omit<Run, "epochs"> & { epochs: RunEpoch[]; settings: Record<string, unknown>; findings: Finding[] };
