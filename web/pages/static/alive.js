// Move the sliders: a press wakes the explorers of the page. Nothing is loaded before it.

const notes = [...document.querySelectorAll(".still")];
const models = new Map(); // of the explorers that are awake, by their cells
const near = path => new URL(path, import.meta.url);
let worker = null;
let page;

// What page.js knows of Jupyter.
class Model extends EventTarget {
  constructor(send) {
    super();
    this.state = {};
    this.send = send;
  }
  get(key) {
    return this.state[key];
  }
  on(names, act) {
    for (const name of names.split(" ")) this.addEventListener(name, act);
  }
  off(names, act) {
    for (const name of names.split(" ")) this.removeEventListener(name, act);
  }
  take(state) {
    Object.assign(this.state, state);
    for (const key of Object.keys(state)) this.dispatchEvent(new Event(`change:${key}`));
    this.dispatchEvent(new Event("change"));
  }
}

const asleep = () => notes.filter(note => !models.has(note.dataset.cell));

const say = text => {
  for (const note of asleep()) note.querySelector("[role=status]").textContent = text;
};

const fail = reason => {
  for (const model of models.values()) model.dispatchEvent(new Event("comm_live_update"));
  say(`The sliders cannot move here: ${reason}. To try again, reload this page.`);
  for (const note of asleep()) {
    note.querySelector("button").remove();
    note.querySelector(".elsewhere").hidden = false;
  }
  worker?.terminate();
};

const show = async cell => {
  const note = notes.find(({ dataset }) => dataset.cell === cell);
  const output = note.closest(".cell_output");
  const el = document.createElement("div");
  const { default: { render } } = await page;
  const focused = note.contains(document.activeElement);
  output.append(el);
  output.classList.add("awake");
  render({ model: models.get(cell), el });
  if (focused) el.querySelector("input:enabled").focus();
};

const wake = () => {
  if (worker) return;
  if (!globalThis.WebAssembly) return fail("this browser has no WebAssembly");
  const style = { rel: "stylesheet", href: near("../lite/files/loaded_die/page.css") };
  document.head.append(Object.assign(document.createElement("link"), style));
  page = import(near("../lite/files/loaded_die/page.js"));
  worker = new Worker(near("alive_worker.js"), { type: "module" });
  worker.onerror = ({ message }) => fail(message || "Python could not be fetched");
  worker.onmessage = ({ data: { said, failed, cell, state } }) => {
    if (said) return say(said);
    if (failed) return fail(failed);
    if (models.has(cell)) return models.get(cell).take(state);
    models.set(cell, new Model(message => worker.postMessage({ cell, message })));
    models.get(cell).take(state);
    show(cell);
  };
  const { chapter, cell } = notes.at(-1).dataset;
  worker.postMessage({ chapter: near(`../lite/files/${chapter}.ipynb`).href, last: cell });
  say("Python is loading …");
  for (const note of notes) note.querySelector("button").ariaDisabled = true;
};

for (const note of notes) {
  const button = Object.assign(document.createElement("button"), { textContent: "Move the sliders", onclick: wake });
  const status = Object.assign(document.createElement("span"), { role: "status", textContent: note.dataset.loads });
  note.prepend(button, status);
  note.querySelector(".elsewhere").hidden = true;
}
addEventListener("pagehide", () => worker?.terminate());
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && worker) location.reload(); // back to a page whose Python has ended
});
