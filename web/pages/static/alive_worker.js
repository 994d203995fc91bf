// Python behind a page of the book: it runs the chapter's cells, and moves their explorers.
import { loadPyodide } from "../lite/static/pyodide/pyodide.mjs";

const near = path => new URL(path, import.meta.url).href;
let hear;

const fetched = async address => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} could not be fetched`);
  return answer;
};

const load = async () => {
  const python = await loadPyodide({ indexURL: near("../lite/static/pyodide/"), stdout() {} });
  postMessage({ said: "NumPy and Matplotlib are loading …" });
  const errorCallback = failed => postMessage({ failed });
  await python.loadPackage("loaded-die", { messageCallback() {}, errorCallback });
  const fonts = await fetch(near("../lite/static/pyodide/fonts.zip"));
  const extractDir = python.pyimport("matplotlib").get_cachedir();
  if (fonts.ok) python.unpackArchive(await fonts.arrayBuffer(), "zip", { extractDir });
  return python;
};

const run = async ({ chapter, last }) => {
  const loading = load();
  const [code, notebook] = await Promise.all([near("alive.py"), chapter].map(async address => (await fetched(address)).text()));
  const python = await loading;
  postMessage({ said: "The chapter’s cells are running …" });
  python.runPython(code);
  hear = python.globals.get("hear");
  python.globals.get("run")(notebook, last, (cell, state) => postMessage({ cell, state: JSON.parse(state) }));
};

onmessage = ({ data }) => {
  if (hear) hear(data.cell, JSON.stringify(data.message));
  else run(data).catch(({ message }) => postMessage({ failed: message.trim().split("\n").at(-1) }));
};
