// Whether the packages without which no chapter runs can be had is asked before a cell is run: "Run all cells"
// first empties every cell, and saves what is left. What comes is what Python asks for a moment later.
const here = new URL(".", import.meta.url);
const name = new URLSearchParams(location.search).get("path")?.replace(".ipynb", ".html") ?? "";
const dialog = document.createElement("dialog");
dialog.className = "jp-RenderedHTMLCommon"; // as texts look in a notebook
dialog.setAttribute("aria-labelledby", "needs");
dialog.innerHTML = `
  <h2 id="needs">NumPy could not be fetched</h2>
  <p>Your network, or an extension of your browser, keeps it from this page.
  No cell can run here: running one would only empty it.</p>
  <p><a class="read">Read the chapter</a>, or <a class="elsewhere">run it elsewhere</a>.</p>
  <form method="dialog"><button>Stay here, without Python</button></form>`;
dialog.querySelector(".read").href = new URL(name ? `../notebooks/${name}` : "../index.html", here);
dialog.querySelector(".elsewhere").href = new URL("../index.html#run-a-chapter", here);

async function get(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

const python = new URL("static/pyodide/", here);
const addresses = await (await get(new URL("needs.json", python))).json();
Promise.all(addresses.map((address) => get(new URL(address, python)))).catch((error) => {
  console.warn(`${error}`);
  document.body.append(dialog);
  dialog.showModal();
});
