// Runs chapters in Pyodide without a browser, and prints as JSON what their cells give:
//   node run_chapters.mjs PYODIDE SITE
// PYODIDE is a folder of Pyodide; packages of its list that are not there it fetches. SITE is where JupyterLite
// is: the chapters, and the helper with what it needs and PYODIDE's list has not.
import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [home, site] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const theirs = read(`${home}/pyodide-lock.json`).packages;
const ours = read(`${site}/static/pyodide/pyodide-lock.json`).packages;
const needed = new Set(["ipython", "loaded-die"]);
for (const name of needed) {
  const also = name in theirs ? [] : ours[name].depends; // Pyodide itself knows what its own need
  for (const other of also) needed.add(other);
}

const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: home, stdout: console.error });
const wheel = (name) => pathToFileURL(`${site}/static/pyodide/${ours[name].file_name}`).href;
await python.loadPackage([...needed].map((name) => (name in theirs ? name : wheel(name))));
python.runPython(readFileSync(new URL("run_chapters.py", import.meta.url), "utf8"));

const names = readdirSync(`${site}/files`).filter((name) => name.endsWith(".ipynb"));
const notebooks = Object.fromEntries(names.map((name) => [name, read(`${site}/files/${name}`)]));
process.stdout.write(python.globals.get("run_all")(JSON.stringify(notebooks)));
