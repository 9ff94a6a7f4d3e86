// Bundles the page: node build.mjs FOLDER. The packages lie beside this file; build.sh puts them there.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await build({
  entryPoints: { page: "src/main.tsx" },
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  // light-dark() and nesting stay as they are written.
  supported: { "nesting": true },
  legalComments: "none",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: folder,
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(name, join(folder, name));
