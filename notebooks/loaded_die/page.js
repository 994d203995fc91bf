// The page's side of an explorer: the hand, its controls, the loss, and the picture's two layers.
// The page says what the hand did, one thing after the other; the kernel answers with what is.
// No Jupyter is known here: `model` is anything with `get`, `on` and `send`.

const PLAY = 100; // milliseconds from one step to the next
const LATE = 5000; // milliseconds until an answer is not waited for: a cut connection may have lost it
const REST = 500; // milliseconds until the loss is read aloud
const PADLOCK = '<svg viewBox="0 0 14 16" aria-hidden="true"><path d="M4 8V5a3 3 0 0 1 6 0v3"/><rect x="2" y="8" width="10" height="7"/></svg>';
const BAD = ["badInput", "valueMissing", "rangeOverflow", "rangeUnderflow"]; // of a typed number

const make = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

function render({ model, el }) {
  const queue = [];
  let waiting = false; // for the kernel's answer
  let held = null; // the input under the pointer
  let playing = null; // the name of the button that is pressed again and again
  let resting, late;

  // A move that is not sent yet gives way to the next of the same slider. The order of all else stays.
  const say = (act, on, value) => {
    if (on !== playing) playing = null;
    const last = queue.at(-1);
    if (value !== undefined && last?.act === act && last.on === on) queue.pop();
    queue.push({ act, on, value });
    next();
  };
  const next = () => {
    if (waiting || queue.length === 0) return;
    waiting = true;
    late = setTimeout(goOn, LATE);
    try {
      model.send(queue.shift());
    } catch {
      lose(); // as after a shutdown
    }
  };
  const goOn = () => {
    clearTimeout(late);
    waiting = false;
    next();
  };
  const lose = () => el.classList.add("gone");

  const loss = make("div", { className: "loss" });
  const legend = make("div", { className: "legend" });
  const rows = make("div", { className: "rows" });
  const scale = make("div", { className: "scale", ariaHidden: true }, make("span", {}, "0"), make("span", {}, "1"));
  const controls = make("div", { className: "controls" });
  const note = make("div", { className: "note", role: "status" });
  const said = make("div", { className: "said", role: "status" });
  const layers = [make("div"), make("div")];
  const hand = make("div", { className: "hand" }, legend, rows, controls, note);
  const picture = make("div", { className: "picture" }, ...layers);

  hand.addEventListener("pointerdown", event => { if (event.target.type === "range") held = event.target; });
  hand.onkeydown = event => { // outside a form, Enter changes nothing
    if (event.key === "Enter" && event.target.matches("[type=number], [type=text]")) event.target.blur();
  };

  const buildRow = (row, k) => {
    const limits = { min: row.low, max: row.high, ariaLabel: row.name };
    const range = make("input", { type: "range", step: row.step, ...limits });
    const typed = make("input", { type: "number", step: row.step, required: true, ...limits });
    let start; // where the number was before a finger that only meant to scroll
    range.oninput = () => say("move", k, range.valueAsNumber);
    range.onpointerdown = () => { start = model.get("hand").values[k]; };
    range.onpointercancel = () => say("move", k, start);
    typed.onchange = () => {
      const bad = BAD.some(fault => typed.validity[fault]);
      note.textContent = bad ? typed.validationMessage : "";
      if (bad) typed.value = model.get("hand").values[k].toFixed(row.digits);
      else say("move", k, typed.valueAsNumber);
    };
    const sign = make("span", { className: "sign", ariaHidden: true }, row.sign);
    sign.classList.toggle("word", row.sign.length > 1);
    sign.classList.toggle("long", row.sign.length > 8);
    const track = make("div", { className: "track" }, make("div", { className: "share", hidden: row.share === undefined }), make("div", { className: "bar" }), range);
    const node = make("div", { className: "row" }, sign, track, typed);
    if (row.lock) {
      const lock = make("button", { className: "lock", title: row.lock, ariaLabel: row.lock, innerHTML: PADLOCK });
      lock.onclick = () => say("lock", k, lock.ariaPressed !== "true");
      node.append(lock);
    }
    return node;
  };

  const KINDS = {
    button({ name, label, plays }) {
      const button = make("button", { name }, label);
      button.onclick = () => {
        if (button.ariaDisabled === "true") return;
        if (!plays) return say("press", name);
        playing = playing === name ? null : name;
        show();
        play();
      };
      return button;
    },
    choice({ name, label, meaning, options }) {
      const pick = value => () => say("set", name, value);
      const buttons = options.map(([text, value]) => make("button", { name, title: meaning, onclick: pick(value) }, text));
      return make("div", { className: "choice", role: "group", ariaLabel: meaning }, make("span", {}, label), ...buttons);
    },
    slider({ name, label, meaning, options }) {
      const range = make("input", { type: "range", name, min: 0, max: options.length - 1, ariaLabel: meaning });
      range.oninput = () => say("set", name, options[range.value]);
      return make("label", { className: "grey" }, make("span", {}, label), range, make("output"));
    },
    text({ name, meaning }) {
      const field = make("input", { type: "text", name, ariaLabel: meaning, maxLength: 1000 });
      field.onchange = () => say("set", name, field.value);
      return field;
    },
  };

  const play = () => {
    if (playing === null) return;
    if (!waiting) say("press", playing);
    setTimeout(play, PLAY);
  };

  const buildRows = () => {
    legend.replaceChildren(...model.get("legend").map(([kind, text]) => make("span", { className: kind }, text)));
    rows.replaceChildren(...model.get("rows").map(buildRow));
    if (model.get("legend").length > 0) rows.append(scale); // for bars from 0 to 1
  };
  const buildControls = () => {
    const focused = document.activeElement?.name;
    controls.replaceChildren(...model.get("controls").map(control => KINDS[control.kind](control)));
    if (focused) controls.querySelector(`[name=${focused}]`)?.focus();
  };
  const buildPicture = () => { layers[0].innerHTML = model.get("still"); };

  // Until the kernel has heard of all moves, its answer to the first would take the later ones back.
  const follow = (range, value) => {
    if (held !== range && !waiting) range.value = value;
  };

  const showRows = () => {
    const { values, locked, fixed } = model.get("hand");
    model.get("rows").forEach((row, k) => {
      const [, track, typed, lock] = rows.children[k].children;
      const [share, bar, range] = track.children;
      const part = value => `${100 * (value - row.low) / (row.high - row.low)}%`;
      share.style.width = part(row.share ?? row.low);
      bar.style.width = part(Math.min(Math.max(values[k], row.low), row.high));
      follow(range, values[k]);
      if (document.activeElement !== typed) typed.value = values[k].toFixed(row.digits);
      range.disabled = typed.disabled = fixed[k];
      if (lock) lock.ariaPressed = locked[k];
    });
  };

  const showControls = () => {
    const off = model.get("disabled");
    if (off.includes(playing)) playing = null;
    model.get("controls").forEach(({ kind, name, options, plays }, k) => {
      const node = controls.children[k];
      const value = model.get(name);
      if (kind === "button") node.ariaDisabled = off.includes(name); // disabled would lose the focus
      if (plays) node.ariaPressed = playing === name;
      if (kind === "choice") node.querySelectorAll("button").forEach((button, option) => { button.ariaPressed = options[option][1] === value; });
      if (kind === "text" && document.activeElement !== node) node.value = value;
      if (kind !== "slider") return;
      const [, range, output] = node.children;
      follow(range, options.indexOf(value));
      output.textContent = range.ariaValueText = value.toLocaleString("en");
    });
  };

  const show = () => {
    layers[1].innerHTML = model.get("frame");
    loss.textContent = model.get("headline");
    note.textContent = model.get("note");
    showRows();
    showControls();
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (held === null && said.textContent !== loss.textContent) said.textContent = loss.textContent;
    }, REST);
  };

  // Where the pointer is in the picture, in the units of its viewBox.
  const touch = event => {
    const svg = layers[1].firstElementChild;
    const { x, y, width, height } = svg.viewBox.baseVal;
    const edges = svg.getBoundingClientRect();
    const across = (event.clientX - edges.left) / edges.width;
    const down = (event.clientY - edges.top) / edges.height;
    say("touch", "picture", [x + across * width, y + down * height]);
  };
  picture.onpointerdown = event => {
    if (!model.get("touchable")) return;
    held = picture;
    picture.setPointerCapture(event.pointerId);
    touch(event);
  };
  picture.onpointermove = event => { if (held === picture) touch(event); };

  const view = new AbortController();
  const anywhere = { capture: true, signal: view.signal };
  for (const type of ["pointerup", "pointercancel"]) {
    window.addEventListener(type, () => {
      if (held === null) return;
      held = null;
      show();
    }, anywhere);
  }
  // JupyterLab takes no shortcut from an element with this attribute. With Ctrl or Cmd, as to save, it may;
  // it looks on the document, which hears of a key after the window.
  window.addEventListener("keydown", event => {
    if (!el.contains(event.target) || !event.target.matches("input, button")) return;
    const meant = event.ctrlKey || event.metaKey || (event.shiftKey && event.key === "Enter");
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !meant);
  }, anywhere);

  el.classList.add("loaded-die");
  el.append(loss, make("div", { className: "body" }, hand, picture), said);
  model.on("change:rows change:legend", buildRows); // each alone: a slider in a hand must not be made anew
  model.on("change:controls", buildControls);
  model.on("change:still", buildPicture);
  model.on("change:turn", goOn);
  model.on("comm_live_update", lose); // as after a restart
  model.on("change", show); // once for each message of the kernel
  buildRows();
  buildControls();
  buildPicture();
  show();
  return () => {
    view.abort();
    playing = null;
  };
}

export default { render };
