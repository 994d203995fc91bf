// Python behind a page of the book: it runs the chapter's cells, and moves their explorers.
import { loadPyodide } from "../lite/static/pyodide/pyodide.mjs";

const near = path => new URL(path, import.meta.url).href;
const read = async address => (await fetch(address)).text();
const options = { indexURL: near("../lite/static/pyodide/"), packages: ["loaded-die"], stdout() {} };
let hear;

const wake = async ({ chapter, last }) => {
  const [python, code, notebook] = await Promise.all([loadPyodide(options), read(near("alive.py")), read(chapter)]);
  postMessage({ said: "The chapter’s cells are running …" });
  python.runPython(code);
  hear = python.globals.get("hear");
  python.globals.get("run")(notebook, last, (cell, state) => postMessage({ cell, state: JSON.parse(state) }));
};

self.onmessage = ({ data }) => {
  if (hear) hear(data.cell, JSON.stringify(data.message));
  else wake(data).catch(({ message }) => postMessage({ failed: message.trim().split("\n").at(-1) }));
};
