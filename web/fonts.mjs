// Matplotlib's list of its fonts, made here once: to make it takes a reader's browser some seconds.
import { writeFileSync } from "node:fs";

const [pyodide, target] = process.argv.slice(2);
const { loadPyodide } = await import(`${pyodide}/pyodide.mjs`);
const python = await loadPyodide({ indexURL: pyodide });
await python.loadPackage("matplotlib");
python.pyimport("matplotlib.font_manager");
python.pyimport("shutil").make_archive("/fonts", "zip", python.pyimport("matplotlib").get_cachedir());
writeFileSync(target, python.FS.readFile("/fonts.zip"));
