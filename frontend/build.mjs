// Builds the pages' scripts and stylesheet into the Python package; with --tests, the unit tests into .tests/.
import { build } from "esbuild";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = `${here}../src/univocal/web/static`;
const browser = {
  bundle: true, format: "esm", target: ["chrome111", "firefox114", "safari16.4"], minify: true,
  external: ["*/pdf.js"], legalComments: "none", jsx: "automatic", jsxImportSource: "preact", charset: "utf8", logLevel: "warning",
};

async function pages() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(`${out}/pdfjs`, { recursive: true });
  for (const name of ["coding", "pages"]) {
    await build({ ...browser, entryPoints: [`${here}src/${name}.${name === "coding" ? "tsx" : "ts"}`], outfile: `${out}/${name}.js` });
  }
  await build({ ...browser, entryPoints: [`${here}src/css/app.css`], outfile: `${out}/app.css` });
  viewer();
  licenses();
}

// PDF.js is copied as it comes: it loads its worker, fonts and character maps by address, and only for PDF papers.
function viewer() {
  const from = `${here}node_modules/pdfjs-dist`;
  cpSync(`${from}/legacy/build/pdf.min.mjs`, `${out}/pdfjs/pdf.js`);
  cpSync(`${from}/legacy/build/pdf.worker.min.mjs`, `${out}/pdfjs/pdf.worker.js`);
  for (const folder of ["cmaps", "standard_fonts"]) cpSync(`${from}/${folder}`, `${out}/pdfjs/${folder}`, { recursive: true });
  mkdirSync(`${out}/pdfjs/wasm`);
  cpSync(`${from}/wasm/openjpeg_nowasm_fallback.js`, `${out}/pdfjs/wasm/openjpeg_nowasm_fallback.js`);
}

function licenses() {
  const modules = `${here}node_modules`;
  const texts = [["preact", "LICENSE"], ["pdfjs-dist", "LICENSE"], ["pdfjs-dist", "cmaps/LICENSE"],
    ...readdirSync(`${modules}/pdfjs-dist/standard_fonts`).filter((f) => f.startsWith("LICENSE")).map((f) => ["pdfjs-dist", `standard_fonts/${f}`]),
    ["pdfjs-dist", "wasm/LICENSE_OPENJPEG"], ["pdfjs-dist", "wasm/LICENSE_PDFJS_OPENJPEG"]];
  const parts = texts.map(([name, file]) => {
    const { version } = JSON.parse(readFileSync(`${modules}/${name}/package.json`, "utf8"));
    return `${"=".repeat(78)}\n${name} ${version}: ${file}\n${"=".repeat(78)}\n\n${readFileSync(`${modules}/${name}/${file}`, "utf8").replace(/\r\n/g, "\n").trim()}\n`;
  });
  writeFileSync(`${out}/LICENSES`, `Software of others that these files contain.\n\n${parts.join("\n")}`);
}

async function tests() {
  rmSync(`${here}.tests`, { recursive: true, force: true });
  const found = readdirSync(`${here}tests`).filter((f) => f.endsWith(".test.ts"));
  await build({
    bundle: true, format: "esm", platform: "node", logLevel: "warning", charset: "utf8",
    entryPoints: found.map((f) => `${here}tests/${f}`), outdir: `${here}.tests`, outExtension: { ".js": ".mjs" },
  });
}

await (process.argv.includes("--tests") ? tests() : pages());
