// "Move the sliders": a press wakes the explorers of the page. Nothing is loaded before it.

const notes = [...document.querySelectorAll(".still")];
const models = new Map(); // of the explorers that are awake, by their cells
const near = path => new URL(path, import.meta.url).href;
let worker;
let page;

// What page.js wants to have of Jupyter.
const makeModel = cell => {
  const state = {};
  const heard = new EventTarget();
  const call = name => heard.dispatchEvent(new Event(name));
  return {
    get: key => state[key],
    on: (names, act) => { for (const name of names.split(" ")) heard.addEventListener(name, act); },
    send: message => worker.postMessage({ cell, message }),
    take: news => {
      Object.assign(state, news);
      for (const key of Object.keys(news)) call(`change:${key}`);
      call("change");
    },
    lose: () => call("comm_live_update"),
  };
};

const asleep = () => notes.filter(note => !models.has(note.dataset.cell));
const say = text => { for (const note of asleep()) note.querySelector("[role=status]").textContent = text; };

const fail = reason => {
  worker?.terminate();
  for (const model of models.values()) model.lose();
  say(`The sliders cannot move here: ${reason}. To try again, reload this page.`);
  for (const note of asleep()) {
    note.querySelector("button").hidden = true;
    note.querySelector(".elsewhere").hidden = false;
  }
};

const show = async (cell, model) => {
  const note = notes.find(({ dataset }) => dataset.cell === cell);
  const { default: { render } } = await page;
  const pressed = note.contains(document.activeElement);
  const el = document.createElement("div");
  note.closest(".cell_output").append(el);
  note.closest(".cell_output").classList.add("awake");
  render({ model, el });
  if (pressed) el.querySelector("input:enabled").focus();
};

const hear = ({ data: { said, failed, cell, state } }) => {
  if (said) return say(said);
  if (failed) return fail(failed);
  if (models.has(cell)) return models.get(cell).take(state);
  const model = makeModel(cell);
  models.set(cell, model);
  model.take(state);
  show(cell, model).catch(({ message }) => fail(message));
};

const wake = () => {
  if (worker) return;
  if (!globalThis.WebAssembly) return fail("this browser has no WebAssembly");
  say("Python, NumPy and Matplotlib are loading …");
  for (const note of notes) note.querySelector("button").ariaDisabled = true;
  const style = { rel: "stylesheet", href: near("../lite/files/loaded_die/page.css") };
  document.head.append(Object.assign(document.createElement("link"), style));
  page = import(near("../lite/files/loaded_die/page.js"));
  worker = new Worker(near("alive_worker.js"), { type: "module" });
  worker.onerror = ({ message }) => fail(message || "Python could not be fetched");
  worker.onmessage = hear;
  const { chapter, cell } = notes.at(-1).dataset;
  worker.postMessage({ chapter: near(`../lite/files/${chapter}.ipynb`), last: cell });
};

for (const note of notes) {
  const button = Object.assign(document.createElement("button"), { textContent: "Move the sliders", onclick: wake });
  const status = Object.assign(document.createElement("span"), { role: "status", textContent: note.dataset.loads });
  note.prepend(button, status);
  note.querySelector(".elsewhere").hidden = true;
}
